/** Findings that need more than one document to see. */
@NullMarked
package dev.weft.control.analyze;

import org.jspecify.annotations.NullMarked;

/** Ejects endpoints that fail in a row, and lets them back in. */
@NullMarked
package dev.weft.engine.outlier;

import org.jspecify.annotations.NullMarked;

/** The command line. */
@NullMarked
package dev.weft.control.cli;

import org.jspecify.annotations.NullMarked;

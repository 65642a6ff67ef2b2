/** The control server as one process: what is opened, wired and closed. */
@NullMarked
package dev.weft.control;

import org.jspecify.annotations.NullMarked;

/** Calls at a steady rate, and what became of them. */
@NullMarked
package dev.weft.demo.load;

import org.jspecify.annotations.NullMarked;

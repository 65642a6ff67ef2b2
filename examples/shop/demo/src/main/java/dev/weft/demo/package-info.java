/** Walks through the example shop on a mesh and measures what happens. */
@NullMarked
package dev.weft.demo;

import org.jspecify.annotations.NullMarked;

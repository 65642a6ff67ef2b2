/** Measures what the mesh costs, always against none in the same run. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;

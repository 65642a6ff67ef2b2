/** The facts of shared/vectors/istiod, held against what the client makes of the real thing. */
@NullMarked
package dev.weft.client.vectors;

import org.jspecify.annotations.NullMarked;

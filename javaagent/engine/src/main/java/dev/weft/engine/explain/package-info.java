/** Tells why a request would go where it goes, by the very code that decides. */
@NullMarked
package dev.weft.engine.explain;

import org.jspecify.annotations.NullMarked;

/** Proof that a woven server really takes mTLS, before it is advertised. */
@NullMarked
package dev.weft.extension.probe;

import org.jspecify.annotations.NullMarked;

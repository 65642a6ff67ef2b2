/** Limits on what is in flight (Envoy calls them circuit breakers). */
@NullMarked
package dev.weft.engine.limit;

import org.jspecify.annotations.NullMarked;

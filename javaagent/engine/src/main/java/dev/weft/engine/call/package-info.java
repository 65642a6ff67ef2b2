/** Outbound HTTP and gRPC calls: the state machine behind the seam. */
@NullMarked
package dev.weft.engine.call;

import org.jspecify.annotations.NullMarked;

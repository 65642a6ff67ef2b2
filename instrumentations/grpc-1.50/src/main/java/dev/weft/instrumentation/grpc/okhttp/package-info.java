/** mTLS beneath gRPC's OkHttp transport, client side. */
@NullMarked
package dev.weft.instrumentation.grpc.okhttp;

import org.jspecify.annotations.NullMarked;

/**
 * mTLS beneath gRPC's Netty transport. The build copies this package for the shaded transport, with
 * its type names replaced: nothing here may name Netty in another way than by an import.
 */
@NullMarked
package dev.weft.instrumentation.grpc.netty;

import org.jspecify.annotations.NullMarked;

/**
 * gRPC-Java as a mesh peer. A client's attempts are made below the application's interceptors and
 * above its connections; a server's calls are judged above its transports.
 */
@NullMarked
package dev.weft.instrumentation.grpc;

import org.jspecify.annotations.NullMarked;

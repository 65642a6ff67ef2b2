package dev.weft.engine.call;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.LocalReply;
import dev.weft.engine.header.HeaderProgram;
import dev.weft.engine.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the mesh's own; status and text as Envoy's.
 *
 * @param location of a redirect, or null
 */
record Reply(
    int status,
    int grpcStatus,
    String body,
    @Nullable String location,
    HeaderProgram program,
    @Nullable Headers request)
    implements LocalReply {

  static Reply of(int status, String body) {
    return new Reply(status, GrpcStatus.ofHttp(status), body, null, HeaderProgram.NONE, null);
  }

  static Reply of(int status, int grpcStatus, String body) {
    return new Reply(status, grpcStatus, body, null, HeaderProgram.NONE, null);
  }

  static final Reply NO_ROUTE = of(404, "");
  static final Reply NO_CLUSTER = of(503, "");
  static final Reply NO_HEALTHY = of(503, "no healthy upstream");
  static final Reply OVERFLOW =
      of(503, "upstream connect error or disconnect/reset before headers. reset reason: overflow");
  static final Reply TIMEOUT = of(504, GrpcStatus.DEADLINE_EXCEEDED, "upstream request timeout");
  static final Reply NO_IDENTITY =
      of(503, "this JVM has no mesh identity yet and the destination requires mutual TLS");
  static final Reply CANCELLED = of(499, 1, "cancelled");
  static final Reply INTERNAL = of(500, 13, "internal error of the mesh");

  @Override
  public <W> void writeHeaders(W response, HeaderWriter<? super W> writer) {
    if (location != null) {
      writer.set(response, "location", location);
    }
    if (request != null) {
      program.write(response, writer, request);
    }
  }
}

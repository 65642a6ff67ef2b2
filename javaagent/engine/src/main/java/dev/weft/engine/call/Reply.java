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

  /**
   * The endpoint takes mesh mTLS and this JVM cannot do it yet; docs/decisions/0026.
   *
   * @param service the host that was called
   */
  static Reply noIdentity(String service) {
    return of(
        503,
        "weft: no identity yet: "
            + service
            + " takes mutual TLS and the CA has issued no certificate to this JVM, so the call was"
            + " not sent; it is never sent in the clear instead. `weft status` shows the CA's"
            + " answer");
  }

  static final Reply NO_ROUTE = of(404, "");
  static final Reply NO_CLUSTER = of(503, "");
  static final Reply NO_HEALTHY = of(503, "no healthy upstream");
  static final Reply OVERFLOW =
      of(503, "upstream connect error or disconnect/reset before headers. reset reason: overflow");
  static final Reply TIMEOUT = of(504, GrpcStatus.DEADLINE_EXCEEDED, "upstream request timeout");
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

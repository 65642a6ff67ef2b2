package dev.weft.bootstrap;

/** An answer that the mesh gives itself. Adapters render it as the library's own response type. */
public interface LocalReply {

  /** HTTP status, 200 to 599. */
  int status();

  /** gRPC status code for gRPC calls, 0 to 16. */
  int grpcStatus();

  /** Short public text, may be empty. Sent as {@code text/plain}, or as gRPC status message. */
  String body();

  /** Writes the reply's headers, without content-type and content-length. */
  <W> void writeHeaders(W response, HeaderWriter<? super W> writer);
}

package dev.weft.engine.inbound;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.LocalReply;

/** A refusal. */
record InboundReply(int status, int grpcStatus, String body) implements LocalReply {
  /** Plaintext at a port that takes mesh mTLS only, or a port whose policy is not known. */
  static final InboundReply FORBIDDEN = new InboundReply(403, 7, "mutual TLS is required");

  @Override
  public <W> void writeHeaders(W response, HeaderWriter<? super W> writer) {}
}

package dev.weft.engine.telemetry;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One attempt of a call as spans see it; valid only during the callback. */
public interface AttemptView {
  /** The call it belongs to. */
  CallView call();

  /** 1 for the first; {@code http.request.resend_count} is one less. */
  int number();

  /** The endpoint. */
  InetSocketAddress address();

  /** Whom it went to. */
  Target target();

  /** Whether mesh mTLS was used. */
  boolean mutualTls();

  /** HTTP status, 0 when there was no response. */
  int status();

  /** gRPC status, or -1. */
  int grpcStatus();

  /** What the library threw, or null. */
  @Nullable Throwable failure();

  /** Whether it was dropped because the call was cancelled or another attempt had won. */
  boolean discarded();
}

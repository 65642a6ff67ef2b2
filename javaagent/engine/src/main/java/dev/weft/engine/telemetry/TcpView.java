package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/** A governed TCP connection as telemetry sees it; valid only during the callback. */
public interface TcpView {
  /** The dialled host. */
  String dialledHost();

  /** The dialled port. */
  int dialledPort();

  /** Where it went. */
  Target target();

  /** Whether mesh mTLS was used. */
  boolean mutualTls();

  /** Connects tried so far. */
  int attempts();

  /** Bits of {@link Flags}. */
  int flags();

  /** Time since the connection stood; 0 when it never did. */
  long durationNanos();

  /** The last failed connect, or null. */
  @Nullable Throwable failure();
}

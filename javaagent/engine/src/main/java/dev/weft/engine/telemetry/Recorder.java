package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Counts what happens; Micrometer stands behind it in the agent. Called on the application's
 * threads: must be quick, allocate nothing and throw nothing. A view is valid during the callback.
 */
public interface Recorder {
  /** Counts nothing. */
  Recorder NONE = new Recorder() {};

  /** One logical outbound call ended, whatever the number of its attempts. */
  default void outbound(CallView call) {}

  /** One inbound request ended. */
  default void inbound(InboundView call) {}

  /** A TCP connection stands. */
  default void tcpOpened(TcpView connection) {}

  /** A TCP connection ended, or no endpoint could be reached ({@code durationNanos} is 0). */
  default void tcpClosed(TcpView connection) {}

  /** See {@link dev.weft.bootstrap.JdbcStatements#executed}. */
  default void statement(
      String system, String host, int port, String kind, long nanos, @Nullable Throwable failure) {}
}

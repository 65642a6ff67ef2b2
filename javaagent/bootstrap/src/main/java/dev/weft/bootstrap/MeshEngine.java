package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/** What the engine offers to woven libraries. Thread-safe; no method blocks. */
public interface MeshEngine {

  /** See {@link Mesh#http}. */
  @Nullable Destination http(String host, int port);

  /** See {@link Mesh#tcp}. */
  @Nullable TcpDestination tcp(String host, int port);

  /** See {@link Mesh#inbound}. */
  @Nullable InboundPort inbound(int localPort);

  /**
   * Tells that a woven server library has opened a port.
   *
   * @param protocol {@code http}, {@code http2} or {@code grpc}
   * @param tlsCapable whether the hook can take mTLS on this port beside plaintext; the port is
   *     advertised as such only after a handshake of our own has succeeded
   */
  void listening(int localPort, String protocol, boolean tlsCapable);

  /** Tells that a woven server library has closed a port. */
  void stoppedListening(int localPort);

  /** The one timer that asynchronous adapters share for backoff, delays and per-try timeouts. */
  MeshTimer timer();

  /** Records one JDBC statement; see {@link JdbcStatements}. */
  JdbcStatements jdbc();

  /** See {@link Mesh#internalError}. */
  void internalError(String place, Throwable failure);
}

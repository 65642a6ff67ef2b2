package dev.weft.engine.env;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What the engine notices beside calls. Implementations must be quick and thread-safe. */
public interface Events {
  /** Nobody listens. */
  Events NONE = new Events() {};

  /** See {@link dev.weft.bootstrap.MeshEngine#listening}. */
  default void listening(int localPort, String protocol, boolean tlsCapable) {}

  /** See {@link dev.weft.bootstrap.MeshEngine#stoppedListening}. */
  default void stoppedListening(int localPort) {}

  /** A failure of our own; the application has not noticed. */
  default void internalError(String place, Throwable failure) {}

  /** An inbound connection or request was refused. */
  default void refused(int localPort, @Nullable SocketAddress peer, String reason) {}

  /** A mesh handshake of ours on this port has succeeded: mTLS may be advertised. */
  default void meshHandshake(int localPort) {}

  /** An endpoint was ejected ({@code nanos} long at most) or let back in ({@code nanos} is 0). */
  default void ejected(String cluster, String address, long nanos) {}
}

package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * Where woven code finds the engine: one static volatile field.
 *
 * <p>While no engine is installed, or after the kill switch, every look-up answers {@code null}
 * ("not ours") and woven libraries behave as if they were not woven.
 */
public final class Mesh {
  private static volatile @Nullable MeshEngine engine;

  private Mesh() {}

  /** Returns the engine, or null while there is none: behave as if we were not there. */
  public static @Nullable MeshEngine engine() {
    return engine;
  }

  /** Puts {@code next} behind the seam; null takes the mesh out of the process. */
  public static void install(@Nullable MeshEngine next) {
    engine = next;
    if (next != null) {
      OpenPorts.tell(next);
    }
  }

  /**
   * Looks up an HTTP or gRPC destination by the dialled name, before anything else of the request
   * is touched. Allocates nothing.
   *
   * @param host dialled host name or address literal, as in the URI, without brackets or port
   * @param port dialled port, 1 to 65535; the scheme's default already filled in
   * @return null when the mesh has nothing to say about this destination
   */
  public static @Nullable Destination http(@Nullable String host, int port) {
    MeshEngine e = engine;
    return e == null || host == null ? null : e.http(host, port);
  }

  /** Looks up a TCP destination (JDBC among them) by the dialled name; null: not ours. */
  public static @Nullable TcpDestination tcp(@Nullable String host, int port) {
    MeshEngine e = engine;
    return e == null || host == null ? null : e.tcp(host, port);
  }

  /** Looks up what the mesh does for calls that arrive at {@code localPort}; null: nothing. */
  public static @Nullable InboundPort inbound(int localPort) {
    MeshEngine e = engine;
    return e == null ? null : e.inbound(localPort);
  }

  /**
   * A woven server library has opened a port. Kept and told again to every engine that is installed
   * later, so ports that open before the engine exists are not forgotten.
   *
   * @see MeshEngine#listening
   */
  public static void listening(int localPort, String protocol, boolean tlsCapable) {
    OpenPorts.opened(localPort, protocol, tlsCapable);
    MeshEngine e = engine;
    if (e != null) {
      e.listening(localPort, protocol, tlsCapable);
    }
  }

  /** A woven server library has closed a port; see {@link #listening}. */
  public static void stoppedListening(int localPort) {
    MeshEngine e = engine;
    if (OpenPorts.closed(localPort) && e != null) {
      e.stoppedListening(localPort);
    }
  }

  /**
   * Counts a failure of our own and logs it once per place. Never throws: the application must not
   * notice.
   *
   * @param place class or hook that failed, a constant
   */
  public static void internalError(String place, Throwable failure) {
    MeshEngine e = engine;
    if (e != null) {
      try {
        e.internalError(place, failure);
      } catch (Throwable ignored) {
        // There is nowhere left to report to.
      }
    }
  }
}

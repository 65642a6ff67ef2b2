package dev.weft.model;

import java.util.List;

/**
 * What this JVM does for connections and requests that arrive at one of its ports.
 *
 * <p>Source: the filter chains of Istio's {@code virtualInbound}, or the listener that our own
 * control server sends for the port.
 *
 * @param port that the application listens on, or {@link #ANY_PORT} for the rule of all ports that
 *     have none of their own
 * @param mode how connections are taken
 * @param trustDomains whose client certificates are accepted; empty: those of our own trust domain
 */
public record InboundListener(int port, Mode mode, List<String> trustDomains) {
  /** Key of the rule for ports without one of their own (the catch-all chains). */
  public static final int ANY_PORT = 0;

  public InboundListener {
    Ranges.port("inbound.port", port);
    trustDomains = List.copyOf(trustDomains);
  }

  /** Modes of {@code PeerAuthentication}; CLOSED when a security rule could not be decoded. */
  public enum Mode {
    DISABLE,
    PERMISSIVE,
    STRICT,
    CLOSED
  }
}

package dev.weft.control.compile;

import java.util.Locale;

/** What is spoken on a service's port, as far as it decides how the port is governed. */
public enum Protocol {
  /** HTTP/1.1 and whatever it upgrades to. */
  HTTP,
  /** HTTP/2 with prior knowledge: gRPC. */
  HTTP2,
  /** Opaque bytes: TCP, and TLS of the application's own. */
  TCP;

  /** Reads Istio's protocol names, in any case; what is neither HTTP nor gRPC is TCP. */
  public static Protocol of(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "HTTP" -> HTTP;
      case "HTTP2", "GRPC", "GRPC-WEB" -> HTTP2;
      default -> TCP;
    };
  }

  /** Whether an HTTP connection manager and routes govern it. */
  public boolean http() {
    return this != TCP;
  }
}

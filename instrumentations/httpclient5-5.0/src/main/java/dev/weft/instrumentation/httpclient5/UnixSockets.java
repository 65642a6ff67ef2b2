package dev.weft.instrumentation.httpclient5;

import org.apache.hc.client5.http.HttpRoute;

/** Routes over Unix domain sockets, which exist since 5.6 only. */
final class UnixSockets {
  private static final boolean KNOWN = known();

  private UnixSockets() {}

  /** Whether the route does not go over TCP. */
  static boolean uses(HttpRoute route) {
    return KNOWN && route.getUnixDomainSocket() != null;
  }

  private static boolean known() {
    try {
      HttpRoute.class.getMethod("getUnixDomainSocket");
      return true;
    } catch (NoSuchMethodException before56) {
      return false;
    }
  }
}

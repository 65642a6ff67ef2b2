package dev.weft.instrumentation.javahttp;

import java.net.InetSocketAddress;
import java.net.Proxy;

/**
 * Something of ours that a JDK request object carries in its {@code proxy} field.
 *
 * <p>The client asks a request for an HTTP proxy only through {@code HttpRequestImpl.proxy()},
 * which takes any other type of proxy for none. So an object of type SOCKS rides along unseen, is
 * copied with the request when the client follows a redirect, and is found by one field read: no
 * map, no subclass of JDK types, nothing to clean up. A request that has a real proxy is left
 * alone.
 *
 * <p>{@code Proxy.equals} is final and compares addresses: to it all of these are equal. Compare
 * them by identity.
 */
abstract class Carried extends Proxy {
  private static final InetSocketAddress NOWHERE =
      InetSocketAddress.createUnresolved("carried.weft.invalid", 0);

  Carried() {
    super(Type.SOCKS, NOWHERE);
  }
}

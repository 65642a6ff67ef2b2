package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.PeerTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as the JDK client gets to see it: the real IP address and port, under a host name
 * that stands for endpoint and identity together, such as {@code 3.10-0-0-7.weft.invalid}.
 *
 * <p>The client connects to the address and keys its pools by the host name (HTTP/1.1 over TLS by
 * address and name, HTTP/2 by name and port). So connections to one endpoint under two identities
 * never mix, nor do two endpoints of one service, and no pool needs a hook of its own. The name is
 * never resolved and never sent: {@code Host} and {@code :authority} come from the application's
 * URI, and the TLS engine is made by {@link PeerTls}.
 */
final class MeshAddress extends InetSocketAddress {
  private static final long serialVersionUID = 1;
  private static final int GENERATION_SIZE = 2048;

  // Two generations: what was not used while the younger one filled up is forgotten, and with it
  // the TLS material of a certificate long rotated away.
  private static volatile Interned young = new Interned();
  private static volatile Interned old = new Interned();
  private static long serial;

  /** TLS beneath the application's plaintext, or null. */
  final transient @Nullable PeerTls tls;

  /** Host of an {@code https} URI whose TLS is the application's own, or null. */
  final @Nullable String applicationTlsHost;

  private MeshAddress(InetAddress named, int port, @Nullable PeerTls tls, @Nullable String host) {
    super(named, port);
    this.tls = tls;
    this.applicationTlsHost = host;
  }

  /** Returns the address for an endpoint, the same one as long as it is in use. */
  static MeshAddress of(
      InetSocketAddress endpoint, @Nullable PeerTls tls, @Nullable String applicationTlsHost)
      throws UnknownHostException {
    Key key = new Key(endpoint, tls, applicationTlsHost);
    MeshAddress known = young.byKey.get(key);
    if (known != null) {
      return known;
    }
    synchronized (MeshAddress.class) {
      known = young.byKey.get(key);
      if (known != null) {
        return known;
      }
      if (young.byKey.size() >= GENERATION_SIZE) {
        old = young;
        young = new Interned();
      }
      known = old.byKey.get(key);
      if (known == null) {
        known = name(endpoint, tls, applicationTlsHost);
      }
      young.byKey.put(key, known);
      young.byName.put(known.getHostString(), known);
      return known;
    }
  }

  /** Finds the address that the client knows under {@code hostString}; null: not ours. */
  static @Nullable MeshAddress named(String hostString) {
    MeshAddress found = young.byName.get(hostString);
    return found != null ? found : old.byName.get(hostString);
  }

  private static MeshAddress name(
      InetSocketAddress endpoint, @Nullable PeerTls tls, @Nullable String applicationTlsHost)
      throws UnknownHostException {
    InetAddress ip = endpoint.getAddress();
    if (ip == null) {
      throw new UnknownHostException("Endpoint " + endpoint + " is not resolved");
    }
    String literal = ip.getHostAddress();
    int scope = literal.indexOf('%');
    String label = (scope < 0 ? literal : literal.substring(0, scope)).replace('.', '-');
    String name = ++serial + "." + label.replace(':', '-') + ".weft.invalid";
    // A link-local scope is lost here: getByAddress(name, bytes) has no place for it.
    return new MeshAddress(
        InetAddress.getByAddress(name, ip.getAddress()),
        endpoint.getPort(),
        tls,
        applicationTlsHost);
  }

  private record Key(
      InetSocketAddress endpoint, @Nullable PeerTls tls, @Nullable String applicationTlsHost) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && endpoint.equals(key.endpoint)
          && Objects.equals(tls, key.tls)
          && Objects.equals(applicationTlsHost, key.applicationTlsHost);
    }

    @Override
    public int hashCode() {
      return endpoint.hashCode() * 31 + (tls == null ? 0 : tls.hashCode());
    }
  }

  private static final class Interned {
    final Map<Key, MeshAddress> byKey = new ConcurrentHashMap<>();
    final Map<String, MeshAddress> byName = new ConcurrentHashMap<>();
  }
}

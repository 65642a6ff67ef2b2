package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.PeerTls;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint under one identity; the same object for the same pair, because the JDK's keep-alive
 * cache compares its additional key by identity. So kept connections never mix across endpoints,
 * identities, or with those the application made without the mesh.
 *
 * @param address where to connect
 * @param tls what to put beneath, or null for plaintext
 */
record Target(InetSocketAddress address, @Nullable PeerTls tls) {
  private static final int GENERATION_SIZE = 2048;

  // Two generations: what was not used while the younger one filled up is forgotten.
  private static volatile Map<Target, Target> young = new ConcurrentHashMap<>();
  private static volatile Map<Target, Target> old = new ConcurrentHashMap<>();

  static Target of(InetSocketAddress address, @Nullable PeerTls tls) {
    Target asked = new Target(address, tls);
    Target known = young.get(asked);
    if (known != null) {
      return known;
    }
    synchronized (Target.class) {
      if (young.size() >= GENERATION_SIZE) {
        old = young;
        young = new ConcurrentHashMap<>();
      }
      Target before = old.getOrDefault(asked, asked);
      Target raced = young.putIfAbsent(before, before);
      return raced != null ? raced : before;
    }
  }
}

package dev.weft.engine.tls;

import dev.weft.bootstrap.PeerTls;
import java.util.List;

/**
 * The application protocols of Istio's peers. A sidecar's PERMISSIVE port tells mesh TLS from other
 * TLS by them, so a client of the mesh always offers one; servers select the plain names.
 */
public final class Alpn {
  private static final String[] HTTP_1_1 = {"istio-http/1.1", "istio", "http/1.1"};
  private static final String[] HTTP_2 = {"istio-h2", "istio", "h2"};
  private static final String[] EITHER = {"istio-h2", "istio-http/1.1", "istio", "h2", "http/1.1"};
  private static final String[] TCP = {"istio"};

  /** What filter chains of {@code virtualInbound} match on. */
  private static final List<String> MESH =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");

  private Alpn() {}

  static String[] offers(int alpn) {
    return switch (alpn) {
      case PeerTls.HTTP_1_1 -> HTTP_1_1;
      case PeerTls.HTTP_2 -> HTTP_2;
      case PeerTls.HTTP_2_OR_1_1 -> EITHER;
      default -> TCP;
    };
  }

  /** Whether a ClientHello comes from a mesh client. */
  public static boolean isMesh(String[] offered) {
    for (String protocol : offered) {
      if (MESH.contains(protocol)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a server answers: its best protocol that the client offered by its plain name, else
   * nothing; the library then goes by the first bytes, as Envoy does.
   */
  static String select(List<String> offered, String[] supported) {
    for (String protocol : supported) {
      if (offered.contains(protocol)) {
        return protocol;
      }
    }
    return "";
  }
}

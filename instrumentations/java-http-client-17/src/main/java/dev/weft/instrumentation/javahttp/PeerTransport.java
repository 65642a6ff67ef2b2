package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.PeerTls;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** TLS of connections to a {@link MeshAddress}. */
final class PeerTransport {
  private PeerTransport() {}

  /**
   * The host by which the application's own TLS knows its peer, or null when {@code name} is not
   * one of our names for an endpoint.
   */
  static @Nullable String applicationHost(String name, SSLParameters parameters) {
    MeshAddress address = MeshAddress.named(name);
    String host = address == null ? null : address.applicationTlsHost;
    if (host == null) {
      return null;
    }
    boolean literal = host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
    parameters.setServerNames(literal ? List.of() : List.of(new SNIHostName(host)));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The engine of mesh TLS to the endpoint called {@code name}, or null: not ours. */
  static @Nullable SSLEngine engine(String name, SSLParameters parameters) {
    MeshAddress address = MeshAddress.named(name);
    PeerTls tls = address == null ? null : address.tls;
    if (tls == null) {
      return null;
    }
    String[] protocols = parameters.getApplicationProtocols();
    boolean http2 = protocols != null && List.of(protocols).contains("h2");
    return tls.newEngine(http2 ? PeerTls.HTTP_2_OR_1_1 : PeerTls.HTTP_1_1);
  }

  /** Fails the connection's handshake if the peer is not who it should be; null: not ours. */
  static @Nullable CompletableFuture<?> verified(Object connection, CompletableFuture<?> alpn) {
    if (!JdkHttpInternals.READY
        || !(JdkHttpInternals.address(connection) instanceof MeshAddress address)) {
      return null;
    }
    PeerTls tls = address.tls;
    if (tls == null) {
      return null;
    }
    return alpn.thenApply(
        negotiated -> {
          try {
            tls.verify(JdkHttpInternals.engine(connection).getSession());
          } catch (SSLException e) {
            throw new CompletionException(e);
          }
          return plainName((String) negotiated);
        });
  }

  /**
   * What Istio calls {@code istio-h2}, {@code istio-http/1.1} and {@code istio}, as the client
   * does.
   */
  private static @Nullable String plainName(@Nullable String alpn) {
    if ("istio".equals(alpn)) {
      return "http/1.1";
    }
    return alpn != null && alpn.startsWith("istio-") ? alpn.substring("istio-".length()) : alpn;
  }
}

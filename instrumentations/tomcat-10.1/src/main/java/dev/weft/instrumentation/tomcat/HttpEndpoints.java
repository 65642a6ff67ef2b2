package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.Mesh;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.AbstractEndpoint;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that belong to a plain HTTP/1.1 connector. A connector that terminates TLS for the
 * application, and AJP, are left alone.
 */
public final class HttpEndpoints {
  /** Guarded by itself. Weak at both ends: a protocol holds its endpoint. */
  private static final Map<AbstractEndpoint<?, ?>, WeakReference<AbstractHttp11Protocol<?>>>
      PROTOCOLS = new WeakHashMap<>();

  private HttpEndpoints() {}

  static void add(AbstractEndpoint<?, ?> endpoint, AbstractHttp11Protocol<?> protocol) {
    synchronized (PROTOCOLS) {
      PROTOCOLS.put(endpoint, new WeakReference<>(protocol));
    }
  }

  /** The protocol that reads from {@code endpoint}; null when the endpoint is none of ours. */
  static @Nullable AbstractHttp11Protocol<?> protocol(AbstractEndpoint<?, ?> endpoint) {
    if (endpoint.isSSLEnabled()) {
      return null;
    }
    WeakReference<AbstractHttp11Protocol<?>> protocol;
    synchronized (PROTOCOLS) {
      protocol = PROTOCOLS.get(endpoint);
    }
    return protocol == null ? null : protocol.get();
  }

  static void started(AbstractEndpoint<?, ?> endpoint) {
    int port = endpoint.getLocalPort();
    if (port > 0 && protocol(endpoint) != null) {
      // NIO2 connections pass requests through us too, but stay plaintext.
      Mesh.listening(port, "http", endpoint instanceof NioEndpoint);
    }
  }

  static void stopping(AbstractEndpoint<?, ?> endpoint) {
    int port = endpoint.getLocalPort();
    if (port > 0 && protocol(endpoint) != null) {
      Mesh.stoppedListening(port);
    }
  }
}

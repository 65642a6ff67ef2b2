package dev.weft.instrumentation.httpclient5;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;

/**
 * Clears away a response that is not delivered. A short body is read to its end, so that the
 * connection (and its TLS) serves the next attempt; of a long one the connection is closed. The
 * library's default strategies decide on reuse: the application's own are out of reach here.
 */
final class Leftovers {
  private static final int SHORT_BYTES = 64 * 1024;

  private Leftovers() {}

  static void clear(
      ExecRuntime own,
      ClassicHttpRequest request,
      ClassicHttpResponse response,
      HttpClientContext context,
      PoolState state) {
    try {
      if (isRead(response.getEntity())
          && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context)) {
        own.markConnectionReusable(
            state,
            DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context));
        own.releaseEndpoint();
        return;
      }
    } catch (IOException | RuntimeException brokenBody) {
      // The connection is closed below, as for a body that is too long.
    }
    own.discardEndpoint();
  }

  private static boolean isRead(HttpEntity entity) throws IOException {
    if (entity == null || !entity.isStreaming()) {
      return true;
    }
    if (entity.getContentLength() > SHORT_BYTES) {
      return false;
    }
    InputStream content = entity.getContent();
    byte[] buffer = new byte[4096];
    for (int read = 0; read <= SHORT_BYTES; ) {
      int n = content.read(buffer);
      if (n < 0) {
        content.close();
        return true;
      }
      read += n;
    }
    return false;
  }
}

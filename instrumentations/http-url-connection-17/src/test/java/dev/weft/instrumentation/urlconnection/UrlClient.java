package dev.weft.instrumentation.urlconnection;

import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Request;
import dev.weft.instrumentation.testing.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code HttpURLConnection} as applications use it. */
final class UrlClient implements HttpClientUnderTest {
  private final boolean redirects;

  UrlClient(Options options) {
    redirects = options.followRedirects();
    // The cookie handler of HttpURLConnection is the JVM's.
    CookieHandler.setDefault(options.cookies() ? new CookieManager() : null);
  }

  private HttpURLConnection connect(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.uri().toURL().openConnection();
    connection.setInstanceFollowRedirects(redirects);
    connection.setRequestMethod(request.method());
    request
        .headers()
        .forEach(each -> connection.addRequestProperty(each.getKey(), each.getValue()));
    if (request.timeout() != null) {
      connection.setReadTimeout((int) request.timeout().toMillis());
    }
    if (request.body() != null) {
      connection.setDoOutput(true);
      if (request.oneShot()) {
        connection.setChunkedStreamingMode(0);
      }
      connection.getOutputStream().write(request.bytes());
    }
    return connection;
  }

  @Override
  public Response send(Request request) throws Exception {
    HttpURLConnection connection = connect(request);
    int status = connection.getResponseCode();
    byte[] body = new byte[0];
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      if (in != null) {
        body = in.readAllBytes();
      }
    }
    Map<String, List<String>> headers = new HashMap<>();
    connection
        .getHeaderFields()
        .forEach(
            (name, values) -> {
              if (name != null) {
                headers.put(name.toLowerCase(Locale.ROOT), values);
              }
            });
    return new Response(status, headers, body, URI.create(connection.getURL().toString()));
  }

  @Override
  public InputStream open(Request request) throws Exception {
    return connect(request).getInputStream();
  }

  @Override
  public Running start(Request request) {
    throw new UnsupportedOperationException("HttpURLConnection has no cancellation");
  }

  @Override
  public void close() {
    CookieHandler.setDefault(null);
  }
}

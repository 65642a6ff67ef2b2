package dev.weft.smoke.harm.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code HttpURLConnection}. */
final class UrlHarmClient implements HarmClient {
  private final Shape shape;
  private final int serverPort;
  private final boolean differs;

  UrlHarmClient(Shape shape, int serverPort, boolean differs) {
    this.shape = shape;
    this.serverPort = serverPort;
    this.differs = differs;
    CookieHandler.setDefault(shape.option().equals("cookies") ? new CookieManager() : null);
  }

  @Override
  public String send(String url) throws Exception {
    HttpURLConnection connection = open(url);
    connection.setRequestMethod(shape.method());
    connection.setInstanceFollowRedirects(shape.option().equals("follow"));
    connection.setReadTimeout(shape.option().equals("timeout") ? 300 : 20_000);
    if (shape.option().equals("auth")) {
      connection.setAuthenticator(
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication("user", "secret".toCharArray());
            }
          });
    }
    if (shape.option().equals("expect")) {
      connection.setRequestProperty("Expect", "100-Continue");
    }
    if (shape.option().equals("header") || differs) {
      connection.addRequestProperty("X-Own", "a");
      connection.addRequestProperty("X-Own", "b");
      connection.setRequestProperty("User-Agent", "mine");
    }
    Thread canceller = null;
    if (shape.option().equals("cancel")) {
      canceller = new Thread(() -> disconnectSoon(connection));
      canceller.start();
    }
    try {
      if (!shape.body().equals("none")) {
        connection.setDoOutput(true);
        byte[] body = HarmClient.bytes(shape);
        if (shape.body().startsWith("stream")) {
          connection.setChunkedStreamingMode(4096);
        } else {
          connection.setFixedLengthStreamingMode(body.length);
        }
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      Map<String, List<String>> headers = new HashMap<>(connection.getHeaderFields());
      try (InputStream in =
          status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
        byte[] body = in == null ? new byte[0] : in.readAllBytes();
        return HarmClient.describe(status, headers, body, connection.getURL());
      }
    } finally {
      if (canceller != null) {
        canceller.join();
      }
    }
  }

  private HttpURLConnection open(String url) throws IOException {
    if (shape.option().equals("proxy")) {
      Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", serverPort));
      return (HttpURLConnection) new URL(url).openConnection(proxy);
    }
    return (HttpURLConnection) new URL(url).openConnection();
  }

  private static void disconnectSoon(HttpURLConnection connection) {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.disconnect();
  }
}

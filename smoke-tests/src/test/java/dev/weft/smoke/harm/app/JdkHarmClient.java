package dev.weft.smoke.harm.app;

import java.net.Authenticator;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** {@code java.net.http}, blocking or not. */
final class JdkHarmClient implements HarmClient {
  private final Shape shape;
  private final boolean async;
  private final boolean differs;
  private final HttpClient client;

  JdkHarmClient(Shape shape, int serverPort, boolean async, boolean differs) {
    this.shape = shape;
    this.async = async;
    this.differs = differs;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(
                shape.option().equals("follow")
                    ? HttpClient.Redirect.NORMAL
                    : HttpClient.Redirect.NEVER);
    switch (shape.option()) {
      case "cookies":
        builder.cookieHandler(new CookieManager());
        break;
      case "auth":
        builder.authenticator(
            new Authenticator() {
              @Override
              protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication("user", "secret".toCharArray());
              }
            });
        break;
      case "proxy":
        builder.proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", serverPort)));
        break;
      default:
        break;
    }
    client = builder.build();
  }

  @Override
  public String send(String url) throws Exception {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url));
    builder.method(
        shape.method(),
        shape.body().equals("none")
            ? HttpRequest.BodyPublishers.noBody()
            : shape.body().startsWith("stream")
                ? HttpRequest.BodyPublishers.ofInputStream(() -> HarmClient.stream(shape))
                : HttpRequest.BodyPublishers.ofByteArray(HarmClient.bytes(shape)));
    if (shape.option().equals("timeout")) {
      builder.timeout(Duration.ofMillis(300));
    }
    if (shape.option().equals("expect")) {
      builder.expectContinue(true);
    }
    if (shape.option().equals("header") || differs) {
      builder.header("X-Own", "a").header("X-Own", "b").header("User-Agent", "mine");
    }
    HttpRequest request = builder.build();
    HttpResponse<byte[]> response;
    if (async || shape.option().equals("cancel")) {
      CompletableFuture<HttpResponse<byte[]>> future =
          client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
      if (shape.option().equals("cancel")) {
        Thread.sleep(200);
        future.cancel(true);
      }
      try {
        response = future.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw (Exception) e.getCause();
      }
    } else {
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
    return HarmClient.describe(
        response.statusCode(),
        response.headers().map(),
        response.body(),
        response.uri() + " " + response.version() + " " + response.previousResponse().isPresent());
  }
}

package dev.weft.instrumentation.javahttp;

import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Request;
import dev.weft.instrumentation.testing.Response;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The JDK's client as an application uses it: blocking, or with {@code sendAsync} throughout. */
final class JdkClient implements HttpClientUnderTest {
  private final HttpClient client;
  private final boolean async;

  JdkClient(Options options, HttpClient.Version version, boolean async) {
    HttpClient.Builder builder = HttpClient.newBuilder().version(version);
    if (options.followRedirects()) {
      builder.followRedirects(HttpClient.Redirect.NORMAL);
    }
    if (options.cookies()) {
      builder.cookieHandler(new CookieManager());
    }
    client = builder.build();
    this.async = async;
  }

  private static HttpRequest of(Request request) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri());
    request.headers().forEach(header -> builder.header(header.getKey(), header.getValue()));
    if (request.timeout() != null) {
      builder.timeout(request.timeout());
    }
    HttpRequest.BodyPublisher body = BodyPublishers.noBody();
    if (request.body() != null) {
      InputStream once = new ByteArrayInputStream(request.bytes());
      body =
          request.oneShot()
              ? BodyPublishers.ofInputStream(() -> once)
              : BodyPublishers.ofByteArray(request.bytes());
    }
    return request.method().equals("GET") && request.body() == null
        ? builder.GET().build()
        : builder.method(request.method(), body).build();
  }

  private <T> HttpResponse<T> exchange(Request request, HttpResponse.BodyHandler<T> handler)
      throws Exception {
    if (!async) {
      return client.send(of(request), handler);
    }
    try {
      return client.sendAsync(of(request), handler).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public Response send(Request request) throws Exception {
    HttpResponse<byte[]> response = exchange(request, BodyHandlers.ofByteArray());
    return new Response(
        response.statusCode(), response.headers().map(), response.body(), response.uri());
  }

  @Override
  public InputStream open(Request request) throws Exception {
    return exchange(request, BodyHandlers.ofInputStream()).body();
  }

  @Override
  public Running start(Request request) {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(of(request), BodyHandlers.ofByteArray());
    return new Running() {
      @Override
      public void cancel() {
        response.cancel(true);
      }

      @Override
      public @Nullable Throwable outcome() throws InterruptedException {
        try {
          response.get();
          return null;
        } catch (ExecutionException e) {
          return e.getCause();
        } catch (RuntimeException e) {
          return e;
        }
      }
    };
  }

  @Override
  public void close() {}
}

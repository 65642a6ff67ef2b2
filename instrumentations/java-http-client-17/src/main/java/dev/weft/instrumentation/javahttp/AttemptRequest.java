package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Mesh;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt sends, from which the client makes its own request object. The application never
 * sees it: responses are handed on under the application's request.
 */
final class AttemptRequest extends HttpRequest {
  private final HttpRequest application;
  private final URI uri;
  private final HttpHeaders headers;
  private final Optional<BodyPublisher> body;

  private AttemptRequest(
      HttpRequest application, URI uri, HttpHeaders headers, Optional<BodyPublisher> body) {
    this.application = application;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Makes the JDK's request object for one attempt.
   *
   * @param application the {@code HttpRequestImpl} of the exchange that the mesh governs
   * @param attempt whose changes to apply, or null for none
   */
  static HttpRequest make(HttpRequest application, @Nullable Attempt attempt) {
    AttemptHeaders headers =
        new AttemptHeaders(application.headers(), JdkHttpInternals.systemHeaders(application));
    Optional<BodyPublisher> body = application.bodyPublisher();
    URI uri = application.uri();
    if (attempt != null) {
      attempt.writeHeaders(headers, AttemptHeaders.WRITER);
      uri = uri(uri, attempt);
      if (body.isPresent() && !Bodies.repeatable(body.get())) {
        body = Optional.of(new OneShotBody(body.get(), attempt));
      } else {
        attempt.sent();
      }
    }
    HttpRequest made =
        JdkHttpInternals.newRequest(new AttemptRequest(application, uri, headers.user(), body));
    var system = JdkHttpInternals.systemHeaders(made);
    system.clear();
    system.putAll(headers.system());
    return made;
  }

  private static URI uri(URI uri, Attempt attempt) {
    String path = attempt.path();
    String authority = attempt.authority();
    // The client writes an explicit port 80 into Host once it sends over TLS.
    boolean dropPort = attempt.tls() != null && uri.getPort() == 80;
    if (path == null && authority == null && !dropPort) {
      return uri;
    }
    String to = authority != null ? authority : dropPort ? uri.getHost() : uri.getRawAuthority();
    try {
      URI changed = URI.create(uri.getScheme() + "://" + to + (path != null ? path : tail(uri)));
      if (changed.getHost() != null) {
        return changed;
      }
      Mesh.internalError(
          "java.net.http authority", new IllegalArgumentException("No host in " + changed));
    } catch (IllegalArgumentException e) {
      Mesh.internalError("java.net.http path or authority", e);
    }
    return uri;
  }

  /** Path and query as the client sends them. */
  static String tail(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    String from = path == null || path.isEmpty() ? "/" : path;
    return query == null || query.isEmpty() ? from : from + "?" + query;
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return body;
  }

  @Override
  public String method() {
    return application.method();
  }

  @Override
  public Optional<Duration> timeout() {
    return application.timeout();
  }

  @Override
  public boolean expectContinue() {
    return application.expectContinue();
  }

  @Override
  public URI uri() {
    return uri;
  }

  @Override
  public Optional<HttpClient.Version> version() {
    return application.version();
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  /** Tells the engine when a body that cannot be sent twice begins to leave. */
  private record OneShotBody(BodyPublisher application, Attempt attempt) implements BodyPublisher {
    @Override
    public long contentLength() {
      return application.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      attempt.sent();
      application.subscribe(subscriber);
    }
  }
}

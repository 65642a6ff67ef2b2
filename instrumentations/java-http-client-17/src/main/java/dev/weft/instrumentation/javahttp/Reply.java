package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.LocalReply;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer of the mesh itself as a response of the client: it runs through the client's filters
 * and the application's body handler like any other, but never had a connection.
 */
final class Reply extends Carried implements HttpResponse.ResponseInfo {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final Object multi;

  private Reply(int status, HttpHeaders headers, byte[] body, Object multi) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.multi = multi;
  }

  /** Makes {@code reply} the current exchange of the call and returns its response. */
  static Object install(GovernedCall call, LocalReply reply) {
    Map<String, List<String>> headers = Messages.newHeaders();
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    if (body.length > 0) {
      headers.put("content-type", List.of("text/plain"));
    }
    if (reply.status() != 204) {
      headers.put("content-length", List.of(Integer.toString(body.length)));
    }
    reply.writeHeaders(headers, Messages.MAP);
    Reply made =
        new Reply(
            reply.status(),
            HttpHeaders.of(headers, (name, value) -> true),
            call.request.method().equals("HEAD") ? new byte[0] : body,
            call.multi);
    // An exchange of its own carries the reply: what the application's request carries would be
    // copied by the client's redirect.
    HttpRequest request = AttemptRequest.make(call.request, null);
    JdkHttpInternals.carry(request, made);
    call.point(JdkHttpInternals.newExchange(request, call.multi));
    JdkHttpInternals.setBodyIgnored(call.exchange, CompletableFuture.completedFuture(null));
    return JdkHttpInternals.newResponse(
        call.request, call.exchange, made.headers, null, made.status, made.version());
  }

  /** Feeds the body to the application's subscriber; stands in for {@code readBodyAsync}. */
  <T> CompletableFuture<T> read(HttpResponse.BodyHandler<T> handler) {
    CompletableFuture<T> read = new CompletableFuture<>();
    // Off this thread: a subscriber's getBody may block until the body is there.
    JdkHttpInternals.executeAsync(
        multi,
        () -> {
          try {
            BodySubscriber<T> subscriber = handler.apply(this);
            subscriber.onSubscribe(new Feed(subscriber));
            subscriber
                .getBody()
                .whenComplete(
                    (value, failure) -> {
                      if (failure != null) {
                        read.completeExceptionally(failure);
                      } else {
                        read.complete(value);
                      }
                    });
          } catch (Throwable e) {
            // The application's handler threw: its exception is the call's.
            read.completeExceptionally(e);
          }
        });
    return read;
  }

  @Override
  public int statusCode() {
    return status;
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public HttpClient.Version version() {
    return HttpClient.Version.HTTP_1_1;
  }

  private final class Feed implements Flow.Subscription {
    private final BodySubscriber<?> subscriber;
    private final AtomicBoolean done = new AtomicBoolean();

    Feed(BodySubscriber<?> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (done.compareAndSet(false, true)) {
        if (body.length > 0) {
          subscriber.onNext(List.of(ByteBuffer.wrap(body).asReadOnlyBuffer()));
        }
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      done.set(true);
    }
  }
}

package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt.End;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Sees how the body of a delivered response ends, and passes everything on as it is. The client
 * asks a subscriber that it does not know for its body on the executor, so one that blocks is as
 * safe behind this as it was without.
 */
final class EndOfBody<T> implements BodySubscriber<T> {
  private final BodySubscriber<T> application;
  private final Try delivered;

  private EndOfBody(BodySubscriber<T> application, Try delivered) {
    this.application = application;
    this.delivered = delivered;
  }

  static <T> BodyHandler<T> watch(BodyHandler<T> application, Try delivered) {
    return info -> {
      try {
        return new EndOfBody<>(application.apply(info), delivered);
      } catch (Throwable e) {
        delivered.end(End.CANCELLED);
        throw e;
      }
    };
  }

  @Override
  public CompletionStage<T> getBody() {
    return application.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    application.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            subscription.request(n);
          }

          @Override
          public void cancel() {
            delivered.end(End.CANCELLED);
            subscription.cancel();
          }
        });
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    application.onNext(item);
  }

  @Override
  public void onError(Throwable failure) {
    delivered.end(failure instanceof HttpTimeoutException ? End.TIMEOUT : End.RESET);
    application.onError(failure);
  }

  @Override
  public void onComplete() {
    delivered.end(End.COMPLETE);
    application.onComplete();
  }
}

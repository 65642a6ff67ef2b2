package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a governed {@code Exchange.responseAsync()} answers. The client chains its response filters
 * (cookies, authentication, redirects) to it; if one of them throws, nobody will ever read the
 * body, and this future is the only one to notice.
 */
final class ResponseFuture extends CompletableFuture<Object> {
  private volatile @Nullable Try delivered;

  /** Completes with {@code response}, the one of {@code winner} unless the mesh replied itself. */
  void complete(Object response, @Nullable Try winner) {
    delivered = winner;
    complete(response);
  }

  @Override
  public <U> CompletableFuture<U> thenCompose(
      Function<? super Object, ? extends CompletionStage<U>> filters) {
    CompletableFuture<U> filtered = super.thenCompose(filters);
    filtered.whenComplete(
        (response, failure) -> {
          Try winner = delivered;
          if (failure != null && winner != null) {
            winner.end(Attempt.End.CANCELLED);
          }
        });
    return filtered;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}

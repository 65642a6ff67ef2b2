package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.Verdict;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt in flight: rides on the attempt's request, where the hooks below find its address.
 * Its state is guarded by {@code this}; the engine is asked under that monitor, and never blocks.
 */
final class Try extends Carried {
  private final GovernedCall owner;
  final Attempt attempt;
  final MeshAddress address;
  private volatile @Nullable Object exchange;
  private MeshTimer.@Nullable Cancellable timer;
  private boolean reported;
  private boolean resent;

  Try(GovernedCall owner, Attempt attempt, MeshAddress address) {
    this.owner = owner;
    this.attempt = attempt;
    this.address = address;
  }

  /** The JDK exchange of this attempt; the application's before there is one. */
  Object exchange() {
    Object current = exchange;
    return current == null ? owner.exchange : current;
  }

  /** Sends through an exchange of the client's own, which the hooks recognise and let pass. */
  void send() {
    CompletableFuture<Object> response;
    try {
      HttpRequest request = AttemptRequest.make(owner.request, attempt);
      JdkHttpInternals.carry(request, this);
      Object mine = JdkHttpInternals.newExchange(request, owner.multi);
      exchange = mine;
      owner.point(mine);
      long nanos = attempt.timeoutNanos();
      MeshEngine engine = Mesh.engine();
      if (nanos > 0 && engine != null && timer == null) {
        timer =
            engine
                .timer()
                .schedule(() -> JdkHttpInternals.executeAsync(owner.multi, this::timedOut), nanos);
      }
      response = JdkHttpInternals.responseAsync(mine);
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    response.whenComplete(
        (arrived, failure) -> {
          try {
            if (failure == null) {
              responded(arrived);
            } else {
              failed(Failures.unwrap(failure));
            }
          } catch (Throwable e) {
            Mesh.internalError("java.net.http attempt", e);
            owner.abandon(e);
          }
        });
  }

  private void responded(Object response) throws IOException {
    Verdict verdict;
    synchronized (this) {
      if (reported) {
        verdict = Verdict.DISCARD;
      } else {
        reported = true;
        stopTimer();
        verdict =
            attempt.response(
                JdkHttpInternals.status(response),
                -1,
                JdkHttpInternals.headers(response),
                Messages.RESPONSE);
      }
    }
    switch (verdict) {
      case DELIVER, HEDGE -> owner.deliver(this, response);
      case RETRY, REPLY -> {
        discard();
        owner.handle(this, verdict, new IOException("Response " + response + " discarded"));
      }
      case DISCARD -> {
        discard();
        owner.drop(this);
      }
    }
  }

  private void failed(Throwable cause) throws IOException {
    Object impl = JdkHttpInternals.impl(exchange());
    boolean cancelled = JdkHttpInternals.cancelled(owner.multi);
    Verdict verdict;
    synchronized (this) {
      if (reported) {
        return;
      }
      if (!cancelled && !resent && Failures.expired(cause) && mayResend()) {
        // A pooled connection that the peer had closed says nothing about the endpoint. The client
        // retries this once on its own; so does the attempt.
        resent = true;
        verdict = null;
      } else {
        reported = true;
        stopTimer();
        verdict =
            attempt.failed(cancelled ? Attempt.Failure.CANCELLED : Failures.of(cause, impl), cause);
      }
    }
    if (verdict == null) {
      send();
    } else if (cancelled) {
      owner.abandon(cause);
    } else {
      owner.handle(this, verdict, cause);
    }
  }

  private boolean mayResend() {
    String method = owner.request.method();
    return method.equals("GET") || method.equals("HEAD");
  }

  private void timedOut() {
    HttpTimeoutException timeout = new HttpTimeoutException("request timed out");
    Verdict verdict;
    synchronized (this) {
      if (reported) {
        return;
      }
      verdict = attempt.failed(Attempt.Failure.TIMEOUT, timeout);
      reported = verdict != Verdict.HEDGE;
    }
    try {
      if (verdict != Verdict.HEDGE) {
        // Before the call moves on: a late failure of this exchange is then nobody's.
        Object mine = exchange();
        owner.handle(this, verdict, timeout);
        JdkHttpInternals.cancel(mine, timeout);
      } else {
        owner.handle(this, verdict, timeout);
      }
    } catch (Throwable e) {
      Mesh.internalError("java.net.http timeout", e);
      owner.abandon(e);
    }
  }

  /** Another attempt has won, or the call is over. */
  void lose() {
    IOException cause = new IOException("Request cancelled");
    synchronized (this) {
      stopTimer();
      if (!reported) {
        reported = true;
        attempt.failed(Attempt.Failure.CANCELLED, cause);
      }
    }
    Object mine = exchange;
    if (mine != null) {
      JdkHttpInternals.cancel(mine, cause);
    }
  }

  /**
   * Drops a response that nobody will read: HTTP/1.1 drains a short body so that the connection can
   * be used again and closes on a long one, HTTP/2 resets the stream.
   */
  void discard() {
    Object mine = exchange();
    JdkHttpInternals.ignoreBody(mine)
        .whenComplete(
            (nothing, failure) -> {
              JdkHttpInternals.released(mine);
              end(Attempt.End.COMPLETE);
            });
  }

  void end(Attempt.End how) {
    attempt.end(how, -1);
  }

  private void stopTimer() {
    MeshTimer.Cancellable running = timer;
    if (running != null) {
      running.cancel();
    }
  }
}

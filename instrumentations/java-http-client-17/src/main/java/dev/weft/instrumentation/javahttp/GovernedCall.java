package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.Verdict;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of the client that the mesh governs: asks the engine for the next step and takes it,
 * until a response, a reply of the mesh or an exception completes the exchange.
 *
 * <p>Every attempt is a JDK exchange of its own; {@code MultiExchange.exchange} points at the one
 * in flight, so that the client's timeout and cancellation hit it. While none is (backoff, injected
 * delay, pending verdict) it points at the application's exchange, which has no implementation and
 * therefore fails {@link #idle}, our signal that the application gave up.
 *
 * <p>Steps are serial: whoever wants one counts up {@link #wanted}, and only the thread that found
 * zero works them off. The list of live attempts is guarded by {@code this}; nothing blocks.
 */
final class GovernedCall implements Runnable {
  final Call call;
  final Object exchange;
  final Object multi;
  final HttpRequest request;
  private final boolean applicationTls;
  private final ResponseFuture result = new ResponseFuture();
  private final CompletableFuture<Object> idle = new CompletableFuture<>();
  private final AtomicInteger wanted = new AtomicInteger();
  private final List<Try> live = new ArrayList<>(1);
  private boolean over;
  private volatile MeshTimer.@Nullable Cancellable waiting;

  GovernedCall(
      Call call, Object exchange, Object multi, HttpRequest request, boolean applicationTls) {
    this.call = call;
    this.exchange = exchange;
    this.multi = multi;
    this.request = request;
    this.applicationTls = applicationTls;
  }

  /** Starts the call; the result takes the place of {@code Exchange.responseAsync()}. */
  CompletableFuture<Object> start() {
    idle.whenComplete(
        (nothing, cause) -> {
          if (cause != null) {
            abandon(Failures.unwrap(cause));
          }
        });
    JdkHttpInternals.setPending(exchange, idle);
    IOException cancelled = JdkHttpInternals.cancelCause(exchange);
    if (cancelled != null) {
      abandon(cancelled);
    } else {
      next();
    }
    return result;
  }

  /** Asks the engine for the next step, now or as soon as the current one is done. */
  void next() {
    if (wanted.getAndIncrement() != 0) {
      return;
    }
    do {
      try {
        step();
      } catch (Throwable e) {
        Mesh.internalError("java.net.http step", e);
        // Nothing may be sent past a decision that we could not take: the identity may be at stake.
        abandon(e instanceof IOException ? e : new IOException("weft: " + e, e));
      }
    } while (wanted.decrementAndGet() != 0);
  }

  /** The executor's or the engine's way back into {@link #next}. */
  @Override
  public void run() {
    next();
  }

  private void step() throws IOException {
    if (isOver()) {
      return;
    }
    switch (call.next()) {
      case SEND -> send(call.attempt());
      case REPLY -> reply();
      case WAIT -> {
        point(exchange);
        MeshEngine engine = Mesh.engine();
        if (engine == null) {
          // Switched off meanwhile: no timer, no delay.
          JdkHttpInternals.executeAsync(multi, this);
        } else {
          waiting =
              engine
                  .timer()
                  .schedule(() -> JdkHttpInternals.executeAsync(multi, this), call.waitNanos());
        }
      }
      case PENDING -> {
        point(exchange);
        call.onReady(() -> JdkHttpInternals.executeAsync(multi, this));
      }
    }
  }

  private void send(Attempt attempt) throws IOException {
    String host = applicationTls ? request.uri().getHost() : null;
    Try next;
    try {
      MeshAddress address =
          MeshAddress.of(attempt.address(), applicationTls ? null : attempt.tls(), host);
      next = new Try(this, attempt, address);
    } catch (IOException | RuntimeException e) {
      handle(null, attempt.failed(Attempt.Failure.CONNECT, e), e);
      return;
    }
    synchronized (this) {
      if (!over) {
        live.add(next);
      }
    }
    next.send();
  }

  /** Directs the client's timeout and cancellation to {@code current}. */
  void point(Object current) {
    JdkHttpInternals.setCurrent(multi, current);
    if (JdkHttpInternals.cancelled(multi)) {
      JdkHttpInternals.cancel(current, new IOException("Request cancelled"));
    }
  }

  boolean isOver() {
    synchronized (this) {
      return over;
    }
  }

  /** Takes the end of the call, once; the others in flight are to be dropped. */
  private @Nullable List<Try> finish(@Nullable Try winner) {
    List<Try> losers;
    synchronized (this) {
      if (over) {
        return null;
      }
      over = true;
      losers = new ArrayList<>(live);
      live.clear();
    }
    losers.removeIf(each -> each == winner);
    MeshTimer.Cancellable timer = waiting;
    if (timer != null) {
      timer.cancel();
    }
    JdkHttpInternals.setPending(exchange, null);
    return losers;
  }

  /** An attempt is done with and has no successor yet. */
  void drop(Try done) {
    Try other;
    synchronized (this) {
      live.removeIf(each -> each == done);
      other = live.isEmpty() ? null : live.get(live.size() - 1);
    }
    if (!isOver()) {
      point(other == null ? exchange : other.exchange());
    }
  }

  /** Does what the engine answered to a failure. */
  void handle(@Nullable Try failed, Verdict verdict, Throwable cause) throws IOException {
    if (failed != null && verdict != Verdict.HEDGE) {
      drop(failed);
    }
    switch (verdict) {
      case DELIVER -> fail(failed, cause);
      case RETRY, HEDGE -> next();
      case REPLY -> reply();
      case DISCARD -> {}
    }
  }

  /** Hands the winner's response to the client. */
  void deliver(Try winner, Object response) {
    List<Try> losers = finish(winner);
    if (losers == null) {
      winner.discard();
      return;
    }
    losers.forEach(Try::lose);
    Object impl = JdkHttpInternals.impl(winner.exchange());
    point(winner.exchange());
    JdkHttpInternals.setImpl(exchange, impl);
    int status = JdkHttpInternals.status(response);
    HttpHeaders headers = JdkHttpInternals.headers(response);
    var changed = Messages.newHeaders();
    changed.putAll(headers.map());
    winner.attempt.writeResponseHeaders(changed, Messages.MAP);
    if (!changed.equals(headers.map())) {
      headers = HttpHeaders.of(changed, (name, value) -> true);
    }
    // Made anew under the application's own request. Without a connection it shows no TLS session:
    // beneath plaintext the application has none.
    Object connection = applicationTls && impl != null ? JdkHttpInternals.connection(impl) : null;
    Object delivered =
        JdkHttpInternals.newResponse(
            request, exchange, headers, connection, status, JdkHttpInternals.version(response));
    if (status == 204) {
      // The client reads no body then.
      winner.end(Attempt.End.COMPLETE);
    }
    result.complete(delivered, winner);
  }

  private void fail(@Nullable Try failed, Throwable cause) {
    List<Try> losers = finish(failed);
    if (losers == null) {
      return;
    }
    losers.forEach(Try::lose);
    // The engine has decided about retries; the client's own one would multiply them.
    JdkHttpInternals.setRetriedOnce(multi);
    result.completeExceptionally(Failures.delivered(cause));
  }

  private void reply() {
    LocalReply reply = call.reply();
    List<Try> losers = finish(null);
    if (losers == null) {
      return;
    }
    losers.forEach(Try::lose);
    result.complete(Reply.install(this, reply), null);
    call.end();
  }

  /** The application cancelled, or its own timeout ran out. */
  void abandon(Throwable cause) {
    List<Try> losers = finish(null);
    if (losers == null) {
      return;
    }
    call.cancel();
    losers.forEach(Try::lose);
    JdkHttpInternals.setRetriedOnce(multi);
    result.completeExceptionally(cause);
  }
}

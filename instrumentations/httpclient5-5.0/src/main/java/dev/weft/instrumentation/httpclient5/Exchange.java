package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.jspecify.annotations.Nullable;

/**
 * Drives one call of the mesh on the application's thread: asks the engine, sends attempts, waits,
 * and accounts for the delivered response until its body has ended.
 *
 * <p>Waiting parks, so virtual threads unmount; an interrupt or the application's cancel ends it as
 * it ends the library's own waiting. A hedge is not run beside a blocked attempt: it becomes a
 * retry.
 */
final class Exchange {
  /** How often a wait looks whether the application has cancelled; the library has no signal. */
  private static final long LOOK_NANOS = 20_000_000;

  private final Call call;
  private final MeshExecRuntime runtime;
  private final ExecRuntime own;
  private final MeshExecRuntime.Lease lease;
  private final ClassicHttpRequest request;
  private final HttpClientContext context;
  private @Nullable Attempt attempt;
  private @Nullable Exception lastFailure;
  private boolean attempted;
  private @Nullable TrackedEntity body;
  private Watchdog bodyDeadline = Watchdog.ASLEEP;

  Exchange(
      Call call,
      MeshExecRuntime runtime,
      ExecRuntime own,
      MeshExecRuntime.Lease lease,
      ClassicHttpRequest request,
      HttpClientContext context) {
    this.call = call;
    this.runtime = runtime;
    this.own = own;
    this.lease = lease;
    this.request = request;
    this.context = context;
  }

  ClassicHttpResponse run(String id, @Nullable HttpResponseInformationCallback callback)
      throws IOException, HttpException {
    for (; ; ) {
      Call.Step step = next();
      if (step == null) {
        return withoutEngine(id, callback);
      }
      switch (step) {
        case SEND:
          ClassicHttpResponse response = send(call.attempt(), id, callback);
          if (response != null) {
            return response;
          }
          break;
        case WAIT:
          pause(call.waitNanos());
          break;
        case PENDING:
          await();
          break;
        default:
          return reply();
      }
    }
  }

  /** The pool key of the connection in use. */
  @Nullable Object poolState(@Nullable Object state) {
    Attempt a = attempt;
    return a == null ? state : new PoolState(state, a.address(), a.tls());
  }

  /** The library has let go of the connection: the body has been read to its end. */
  void released() {
    bodyDeadline.disarm();
    end(body != null && body.broken() ? Attempt.End.RESET : Attempt.End.COMPLETE);
  }

  /** The library has given the connection up, within the body unless it was released before. */
  void discarded() {
    boolean late = bodyDeadline.disarm();
    boolean broken = body != null && body.broken();
    end(late ? Attempt.End.TIMEOUT : broken ? Attempt.End.RESET : Attempt.End.CANCELLED);
  }

  private void end(Attempt.End how) {
    Attempt a = attempt;
    if (a != null) {
      attempt = null;
      try {
        a.end(how, -1);
      } catch (RuntimeException failure) {
        Mesh.internalError("httpclient5.Exchange", failure);
      }
    }
  }

  /** One attempt; null: ask again. */
  private @Nullable ClassicHttpResponse send(
      Attempt next, String id, @Nullable HttpResponseInformationCallback callback)
      throws IOException, HttpException {
    attempted = true;
    Transmission sent = new Transmission(next, own, runtime, lease, context);
    ClassicHttpResponse response;
    try {
      response = sent.run(request, id, callback);
    } catch (Transmission.NotSteerable unknownManager) {
      call.cancel();
      return runtime.direct(lease, id, request, callback, context);
    } catch (IOException | HttpException | RuntimeException e) {
      own.discardEndpoint();
      return failed(next, sent.disarm(), sent, e);
    } catch (Error e) {
      own.discardEndpoint();
      next.failed(Attempt.Failure.OTHER, e);
      throw e;
    }
    Verdict verdict = judge(next, response);
    if (verdict == Verdict.RETRY || verdict == Verdict.HEDGE) {
      Leftovers.clear(own, request, response, context, sent.poolState());
      sent.disarm();
      return null;
    }
    if (sent.disarm()) {
      // Headers came at the last moment, and the connection is gone already.
      return failed(next, true, sent, new SocketTimeoutException("Read timed out"));
    }
    if (verdict == Verdict.REPLY) {
      own.discardEndpoint();
      return reply();
    }
    return deliver(next, response);
  }

  private @Nullable ClassicHttpResponse failed(
      Attempt next, boolean late, Transmission sent, Exception cause)
      throws IOException, HttpException {
    Exception result = late ? sent.timeout(cause) : cause;
    Attempt.Failure kind =
        own.isExecutionAborted() || Thread.currentThread().isInterrupted()
            ? Attempt.Failure.CANCELLED
            : sent.kindOf(late, cause);
    lastFailure = result;
    switch (judge(next, kind, result)) {
      case RETRY:
      case HEDGE:
        return null;
      case REPLY:
        return reply();
      default:
        MeshRetryStrategy.retried(context, next.number() > 1);
        throw Transmission.raise(result);
    }
  }

  private ClassicHttpResponse deliver(Attempt next, ClassicHttpResponse response) {
    MeshRetryStrategy.retried(context, next.number() > 1);
    attempt = next;
    try {
      next.writeResponseHeaders(response, ResponseAdapter.INSTANCE);
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.Exchange", failure);
    }
    HttpEntity entity = response.getEntity();
    if (entity != null && entity.isStreaming()) {
      long deadline = call.deadlineNanos();
      if (deadline != Long.MAX_VALUE) {
        bodyDeadline = Watchdog.over(own, Math.max(1, deadline - System.nanoTime()));
      }
      body = new TrackedEntity(entity, bodyDeadline);
      response.setEntity(body);
    }
    return response;
  }

  private ClassicHttpResponse reply() {
    // The mesh's own answer is final: the library's retries would only ask the mesh again.
    MeshRetryStrategy.retried(context, true);
    ClassicHttpResponse response = ResponseAdapter.of(call.reply(), request.getMethod());
    call.end();
    return response;
  }

  private void pause(long nanos) throws IOException {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, Math.min(left, LOOK_NANOS));
      checkCancelled();
    }
  }

  private void await() throws IOException {
    Thread self = Thread.currentThread();
    Signal signal = new Signal(self);
    call.onReady(signal);
    while (!signal.given) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      checkCancelled();
    }
  }

  /** As the library's own pause: the interrupt stays set. */
  private void checkCancelled() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      call.cancel();
      throw new InterruptedIOException();
    }
    if (own.isExecutionAborted()) {
      call.cancel();
      throw new RequestFailedException("Request aborted");
    }
  }

  // A failure of our own must not reach the application.

  private Call.@Nullable Step next() {
    try {
      return call.next();
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.Exchange", failure);
      return null;
    }
  }

  private Verdict judge(Attempt next, ClassicHttpResponse response) {
    try {
      return next.response(response.getCode(), -1, response, ResponseAdapter.INSTANCE);
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.Exchange", failure);
      return Verdict.DELIVER;
    }
  }

  private static Verdict judge(Attempt next, Attempt.Failure kind, Exception cause) {
    try {
      return next.failed(kind, cause);
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.Exchange", failure);
      return Verdict.DELIVER;
    }
  }

  /**
   * The engine broke: before anything was sent the library goes on alone, later nothing is sent.
   */
  private ClassicHttpResponse withoutEngine(
      String id, @Nullable HttpResponseInformationCallback callback)
      throws IOException, HttpException {
    if (lastFailure != null) {
      throw Transmission.raise(lastFailure);
    }
    if (attempted) {
      throw new RequestFailedException("Request aborted");
    }
    return runtime.direct(lease, id, request, callback, context);
  }

  private static final class Signal implements Runnable {
    private final Thread waiting;
    private volatile boolean given;

    Signal(Thread waiting) {
      this.waiting = waiting;
    }

    @Override
    public void run() {
      given = true;
      LockSupport.unpark(waiting);
    }
  }
}

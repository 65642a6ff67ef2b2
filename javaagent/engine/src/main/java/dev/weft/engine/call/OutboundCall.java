package dev.weft.engine.call;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.env.Ticket;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledAction.Forward;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.PathRewriter;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.telemetry.Flags;
import dev.weft.model.Fault;
import org.jspecify.annotations.Nullable;

/**
 * One outbound call: a small state machine that the adapter steps through.
 *
 * <p>Order, as in a sidecar: admission, injected delay, injected abort, route action, then attempts
 * { choose endpoint, take permit, send, judge } with backoff in between. The route's timeout starts
 * with the first attempt, so an injected delay is not part of it (Envoy: the router runs after the
 * fault filter). The inbound request's deadline counts throughout.
 *
 * <p><b>What may be sent again.</b> A body that can be produced again: whatever the policy says. A
 * one-shot body: only when nothing of it can have been consumed, that is when the failure was
 * {@code CONNECT} or {@code TLS}, or before {@link Attempt#sent} was reported. A refused HTTP/2
 * stream was not processed by the peer, but after {@code sent()} part of a one-shot body may be
 * gone, so it is not sent again.
 *
 * <p><b>Concurrency.</b> {@code next} and the reports of a single attempt come from one thread at a
 * time. {@code cancel} and reports of hedged attempts may race; two atomic fields settle that.
 * {@code phase} leaves RUNNING once: whoever moves it owns the result. {@code inFlight} counts
 * attempts that may still win: of several that fail, the one that brings it to zero decides about a
 * retry, the others are discarded. {@code recorded} makes the record single. No locks.
 *
 * <p>In three layers that are one object: what the call is about ({@link RecordedCall}), its
 * attempts ({@link AttemptingCall}), and here the order of its steps.
 *
 * <p>Two objects per call, this and the attempt ({@code Call} and {@code Attempt} are both
 * classes); further ones only for retries and tickets.
 *
 * @param <R> the library's request
 */
final class OutboundCall<R> extends AttemptingCall<R> {

  OutboundCall(
      CallContext context,
      HttpDestination destination,
      @Nullable CompiledRoute route,
      R request,
      RequestReader<? super R> reader,
      String path,
      int bits) {
    super(context, destination, route, request, reader, path, bits, RequestScope.current());
  }

  @Override
  public Step next() {
    try {
      return step();
    } catch (RuntimeException e) {
      // Nothing has been sent by this step; an answer of ours is safer than an exception.
      env().events().internalError("OutboundCall.next", e);
      return answer(Reply.INTERNAL, 0);
    }
  }

  private Step step() {
    // The first step follows the beginning at once: reading the clock again costs 24 ns.
    nowNanos = stage == Stage.ADMISSION && ticket == null ? startNanos : env().clock().nanos();
    for (; ; ) {
      if (phase == CANCELLED) {
        reply = Reply.CANCELLED;
        return Step.REPLY;
      }
      switch (stage) {
        case ADMISSION -> {
          Step step = admit();
          if (step != null) {
            return step;
          }
          stage = Stage.DELAY;
        }
        case DELAY -> {
          stage = Stage.ABORT;
          waitNanos = drawDelay();
          if (waitNanos > 0) {
            flags |= Flags.DI;
            return Step.WAIT;
          }
        }
        case ABORT -> {
          stage = Stage.ROUTE;
          Reply abort = drawAbort();
          if (abort != null) {
            return answer(abort, Flags.FI);
          }
        }
        case ROUTE -> {
          Step step = route();
          if (step != null) {
            return step;
          }
          stage = Stage.ATTEMPT;
        }
        case BACKOFF -> {
          stage = Stage.ATTEMPT;
          return Step.WAIT;
        }
        case ATTEMPT -> {
          return prepare();
        }
        case PREPARED -> {
          stage = Stage.ATTEMPT;
          return Step.SEND;
        }
        case ANSWERED -> {
          return Step.REPLY;
        }
      }
    }
  }

  private @Nullable Step admit() {
    Ticket t = ticket;
    if (t == null) {
      try {
        t = env().admission().ask(this);
      } catch (RuntimeException e) {
        env().events().internalError("Admission", e);
        return answer(Reply.of(403, ""), Flags.UAEX);
      }
      if (t == null) {
        return null;
      }
      ticket = t;
    }
    Ticket.Verdict verdict = t.verdict();
    if (verdict == null) {
      return overdue() ? answer(Reply.TIMEOUT, Flags.UT) : Step.PENDING;
    }
    ticket = null;
    return verdict.admitted()
        ? null
        : answer(Reply.of(verdict.status(), verdict.grpcStatus(), verdict.body()), Flags.UAEX);
  }

  private long drawDelay() {
    return route == null || route.fault() == null
        ? 0
        : route.fault().drawDelayNanos(env().random());
  }

  private @Nullable Reply drawAbort() {
    if (route == null || route.fault() == null) {
      return null;
    }
    Fault.Abort abort = route.fault().drawAbort(env().random());
    if (abort == null) {
      return null;
    }
    return abort.grpcStatus() >= 0
        ? Reply.of(200, abort.grpcStatus(), "fault filter abort")
        : Reply.of(abort.httpStatus(), "fault filter abort");
  }

  private @Nullable Step route() {
    if (route == null) {
      return answer(Reply.NO_ROUTE, Flags.NR);
    }
    CompiledAction action = route.action();
    if (action instanceof CompiledAction.Direct direct) {
      int code = direct.response().status();
      return answer(
          new Reply(
              code,
              GrpcStatus.ofHttp(code),
              direct.response().body(),
              null,
              direct.responseHeaders(),
              this),
          0);
    }
    if (action instanceof CompiledAction.Redirect redirect) {
      String scheme = (bits & Destination.APP_TLS) != 0 ? "https" : "http";
      int code = redirect.redirect().status();
      return answer(
          new Reply(
              code,
              GrpcStatus.ofHttp(code),
              "",
              Redirects.location(redirect, scheme, authority(), path),
              redirect.responseHeaders(),
              this),
          0);
    }
    Forward forward = (Forward) action;
    share = forward.draw(env().random());
    if (share == null || share.state() == null) {
      return answer(Reply.NO_CLUSTER, Flags.NC);
    }
    if (forward.timeoutNanos() > 0) {
      deadlineNanos = earlier(deadlineNanos, nowNanos + forward.timeoutNanos());
    }
    PathRewriter rewriter = forward.rewriter();
    if (rewriter != null && (bits & Destination.APP_TLS) == 0) {
      sentPath = rewriter.rewrite(path, RouteTable.pathEnd(path));
    }
    return null;
  }

  private static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return Math.min(a, b);
    }
    return a - b > 0 ? b : a;
  }

  @Override
  public Attempt attempt() {
    OutboundAttempt a = attempt;
    if (a == null) {
      throw new IllegalStateException("attempt() is valid after Step.SEND only");
    }
    return a;
  }

  @Override
  public LocalReply reply() {
    Reply r = reply;
    if (r == null) {
      throw new IllegalStateException("reply() is valid after Step.REPLY or Verdict.REPLY only");
    }
    return r;
  }

  @Override
  public long waitNanos() {
    return waitNanos;
  }

  @Override
  public void onReady(Runnable task) {
    Ticket t = ticket;
    if (t == null) {
      task.run();
      return;
    }
    long end = t == context.identities().arrival() ? context.graceEndNanos() : deadlineNanos;
    end = earlier(deadlineNanos, end);
    if (end == Long.MAX_VALUE) {
      t.onSettled(task);
      return;
    }
    // Whichever comes first; the other finds the task gone.
    Once once = new Once(task);
    t.onSettled(once);
    env().timer().schedule(once, Math.max(0, end - env().clock().nanos()));
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }
}

package dev.weft.engine.call;

import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.env.Ticket;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.engine.retry.RetryRule;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.tls.MeshPeerTls;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of an outbound call: choose an endpoint, take a permit, hand out, judge, and again.
 *
 * <p>{@link #prepare} is the step forward; {@link #responded}, {@link #failed} and {@link #over}
 * are what an attempt reports. Concurrency: {@code phase} and {@code inFlight}, see {@link
 * OutboundCall}.
 *
 * @param <R> the library's request
 */
abstract class AttemptingCall<R> extends RecordedCall<R> {
  /** What the next {@link #next} does. */
  enum Stage {
    ADMISSION,
    DELAY,
    ABORT,
    ROUTE,
    /** Waits {@link #waitNanos}, then ATTEMPT. */
    BACKOFF,
    ATTEMPT,
    /** A hedged attempt is ready. */
    PREPARED,
    ANSWERED
  }

  static final int RUNNING = 0;
  static final int DECIDED = 1;
  static final int CANCELLED = 2;
  private static final long TIMER_SLACK_NANOS = 2_000_000;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<AttemptingCall> PHASE =
      AtomicIntegerFieldUpdater.newUpdater(AttemptingCall.class, "phase");

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<AttemptingCall> IN_FLIGHT =
      AtomicIntegerFieldUpdater.newUpdater(AttemptingCall.class, "inFlight");

  volatile int phase;
  private volatile int inFlight;
  Stage stage = Stage.ADMISSION;
  long deadlineNanos;
  long nowNanos;
  long waitNanos;
  @Nullable Ticket ticket;
  @Nullable Reply reply;
  private @Nullable Tried tried;
  private @Nullable ClusterState retryHeld;

  AttemptingCall(
      CallContext context,
      HttpDestination destination,
      @Nullable CompiledRoute route,
      R request,
      RequestReader<? super R> reader,
      String path,
      int bits,
      @Nullable RequestScope scope) {
    super(context, destination, route, request, reader, path, bits, scope);
    this.deadlineNanos = scope == null ? Long.MAX_VALUE : scope.deadlineNanos();
  }

  final boolean overdue() {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= -TIMER_SLACK_NANOS;
  }

  /** Makes the next attempt, or says why there is none. */
  final Step prepare() {
    ticket = null;
    if (overdue()) {
      return answer(Reply.TIMEOUT, Flags.UT);
    }
    ClusterState cluster = cluster();
    Ticket names = cluster.unresolved();
    if (names != null && names.verdict() == null) {
      ticket = names;
      return Step.PENDING;
    }
    RetryRule rule = rule();
    Host host =
        tried != null && rule != null && rule.avoidPreviousHosts()
            ? tried.pickOther(cluster)
            : cluster.pick();
    if (host == null) {
      return answer(Reply.NO_HEALTHY, Flags.UH);
    }
    MeshPeerTls tls = null;
    if (!isAppTls() && cluster.needsTls(host)) {
      tls = cluster.tls();
      if (tls == null) {
        return withoutIdentity();
      }
    }
    if (!cluster.permits().tryAcquire()) {
      return answer(Reply.OVERFLOW, Flags.UO);
    }
    send(cluster, host, tls);
    return Step.SEND;
  }

  /** Never in the clear instead: waits for the first identity for a short while, then refuses. */
  private Step withoutIdentity() {
    Ticket arrival = context.identities().arrival();
    if (arrival.verdict() == null && env().clock().nanos() - context.graceEndNanos() < 0) {
      ticket = arrival;
      return Step.PENDING;
    }
    return answer(Reply.noIdentity(cluster().target().serviceHost()), Flags.UF);
  }

  private void send(ClusterState cluster, Host host, @Nullable MeshPeerTls tls) {
    RetryRule rule = rule();
    long now = nowNanos;
    long limit = rule == null ? 0 : rule.perTryNanos();
    if (deadlineNanos != Long.MAX_VALUE) {
      long left = Math.max(1, deadlineNanos - now);
      limit = limit == 0 ? left : Math.min(limit, left);
    }
    OutboundAttempt before = attempt;
    boolean beside = before != null && before.isOpen();
    attempts++;
    OutboundAttempt made =
        new OutboundAttempt(
            this, cluster, host, tls, attempts, now, limit, beside ? before : null, retryHeld);
    retryHeld = null;
    if (before == null) {
      // Nobody has an attempt of this call yet; the volatile write of it publishes this one too.
      IN_FLIGHT.lazySet(this, 1);
    } else {
      IN_FLIGHT.incrementAndGet(this);
    }
    attempt = made;
    made.start(captured());
    if (phase == CANCELLED) {
      made.discard();
    }
  }

  private Tried remember(Host host) {
    Tried t = tried;
    if (t == null) {
      t = new Tried();
      tried = t;
    }
    t.add(host);
    return t;
  }

  /** The step of an answer of the mesh's own. */
  final Step answer(Reply next, int flag) {
    releaseRetry();
    reply = next;
    flags |= flag;
    stage = Stage.ANSWERED;
    PHASE.compareAndSet(this, RUNNING, DECIDED);
    status = next.status();
    grpcStatus = isGrpc() ? next.grpcStatus() : -1;
    return Step.REPLY;
  }

  private void releaseRetry() {
    ClusterState held = retryHeld;
    if (held != null) {
      retryHeld = null;
      held.retryLimit().release();
    }
  }

  /** Judges a response; {@code a} is open. */
  Verdict responded(OutboundAttempt a, int code, int grpc) {
    RetryRule rule = rule();
    if (rule != null) {
      nowNanos = env().clock().nanos();
    }
    if (phase == RUNNING && rule != null && rule.retriable(code, grpc)) {
      if (inFlight > 1) {
        if (IN_FLIGHT.decrementAndGet(this) > 0) {
          // Another attempt is running and may do better.
          a.finishDiscarded();
          return Verdict.DISCARD;
        }
        IN_FLIGHT.incrementAndGet(this);
      }
      if (mayRetry(a, rule, isRepeatable())) {
        a.finish();
        IN_FLIGHT.decrementAndGet(this);
        backOff(a, rule);
        return Verdict.RETRY;
      }
    }
    if (!decide(a)) {
      a.finishDiscarded();
      IN_FLIGHT.decrementAndGet(this);
      return Verdict.DISCARD;
    }
    status = code;
    grpcStatus = grpc;
    return Verdict.DELIVER;
  }

  /** Judges a failure; {@code a} is open. */
  Verdict failed(OutboundAttempt a, Failure kind, Throwable cause, boolean ownTimeout) {
    RetryRule rule = rule();
    nowNanos = env().clock().nanos();
    boolean late = overdue();
    if (ownTimeout && !late && rule != null && rule.hedge() && hedge(a, rule)) {
      return Verdict.HEDGE;
    }
    a.finish();
    if (IN_FLIGHT.decrementAndGet(this) > 0 || phase != RUNNING) {
      return Verdict.DISCARD;
    }
    boolean resendable = a.unsent(kind) || isRepeatable();
    if (!late
        && rule != null
        && rule.retriable(kind, a.isSent())
        && mayRetry(a, rule, resendable)) {
      backOff(a, rule);
      return Verdict.RETRY;
    }
    boolean mine = ownTimeout || late && kind == Failure.TIMEOUT;
    if (!decide(a)) {
      return Verdict.DISCARD;
    }
    if (mine) {
      answer(Reply.TIMEOUT, Flags.UT);
      return Verdict.REPLY;
    }
    flags |= flagOf(kind);
    failure = cause;
    record();
    return Verdict.DELIVER;
  }

  private static int flagOf(Failure kind) {
    return switch (kind) {
      case CONNECT, TLS -> Flags.UF;
      case REFUSED_STREAM, RESET -> Flags.UR;
      case TIMEOUT -> Flags.UT;
      case CANCELLED -> Flags.DC;
      case OTHER -> 0;
    };
  }

  /** Leaves {@code a} running and makes another attempt beside it, if there can be one. */
  private boolean hedge(OutboundAttempt a, RetryRule rule) {
    if (phase != RUNNING
        || a.isHedged()
        || stage == Stage.PREPARED
        || !mayRetry(a, rule, isRepeatable())) {
      return false;
    }
    ClusterState cluster = cluster();
    Host host = remember(a.host()).pickOther(cluster);
    if (host == null) {
      releaseRetry();
      return false;
    }
    boolean secure = !isAppTls() && cluster.needsTls(host);
    MeshPeerTls tls = secure ? cluster.tls() : null;
    if (secure && tls == null || !cluster.permits().tryAcquire()) {
      releaseRetry();
      return false;
    }
    a.markHedged();
    send(cluster, host, tls);
    stage = Stage.PREPARED;
    return true;
  }

  /** Whether budget, body and time allow another try; takes a place in the retry limit. */
  private boolean mayRetry(OutboundAttempt a, RetryRule rule, boolean resendable) {
    if (!resendable) {
      return false;
    }
    if (attempts > rule.retries()) {
      flags |= rule.retries() > 0 ? Flags.URX : 0;
      return false;
    }
    if (overdue()) {
      return false;
    }
    if (retryHeld == null) {
      ClusterState cluster = a.cluster();
      if (!cluster.retryLimit().tryAcquire()) {
        flags |= Flags.UO;
        return false;
      }
      retryHeld = cluster;
    }
    return true;
  }

  /**
   * Sets the wait before the next try. When it would outlast the call, the wait ends at the
   * deadline and {@code next} answers 504.
   */
  private void backOff(OutboundAttempt a, RetryRule rule) {
    remember(a.host());
    waitNanos = rule.backoffNanos(attempts, env().random());
    if (deadlineNanos != Long.MAX_VALUE) {
      waitNanos = Math.min(waitNanos, Math.max(0, deadlineNanos - env().clock().nanos()));
    }
    stage = waitNanos > 0 ? Stage.BACKOFF : Stage.ATTEMPT;
  }

  private boolean decide(OutboundAttempt a) {
    if (PHASE.compareAndSet(this, RUNNING, DECIDED)) {
      attempt = a;
      return true;
    }
    return false;
  }

  /** The delivered response is over. */
  void over(int extraFlags, int grpc) {
    flags |= extraFlags;
    if (grpc >= 0) {
      grpcStatus = grpc;
    }
    record();
  }

  @Override
  public void cancel() {
    int before = PHASE.getAndSet(this, CANCELLED);
    if (before == CANCELLED || isRecorded()) {
      return;
    }
    for (OutboundAttempt a = attempt; a != null; a = a.older()) {
      a.discard();
    }
    releaseRetry();
    flags |= Flags.DC;
    record();
  }
}

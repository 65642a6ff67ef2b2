package dev.weft.engine.call;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.env.Ticket;
import dev.weft.engine.header.Headers;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.engine.retry.RetryRule;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledAction.Forward;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.PathRewriter;
import dev.weft.engine.route.RequestHeaders;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.tls.MeshPeerTls;
import dev.weft.model.Fault;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
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
 * <p>Two objects per call, this and the attempt ({@code Call} and {@code Attempt} are both
 * classes); further ones only for retries and tickets.
 *
 * @param <R> the library's request
 */
final class OutboundCall<R> extends Call implements CallView, Headers {
  private enum Stage {
    ADMISSION,
    DELAY,
    ABORT,
    ROUTE,
    ATTEMPT,
    PREPARED,
    ANSWERED
  }

  private static final int RUNNING = 0;
  private static final int DECIDED = 1;
  private static final int CANCELLED = 2;
  private static final long TIMER_SLACK_NANOS = 2_000_000;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<OutboundCall> PHASE =
      AtomicIntegerFieldUpdater.newUpdater(OutboundCall.class, "phase");

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<OutboundCall> IN_FLIGHT =
      AtomicIntegerFieldUpdater.newUpdater(OutboundCall.class, "inFlight");

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<OutboundCall> RECORDED =
      AtomicIntegerFieldUpdater.newUpdater(OutboundCall.class, "recorded");

  private final CallContext context;
  private final HttpDestination destination;
  private final @Nullable CompiledRoute route;
  private final R request;
  private final RequestReader<? super R> reader;
  private final String path;
  private final int bits;
  private final long startNanos;
  private final @Nullable Object captured;
  private volatile int phase;
  private volatile int inFlight;
  private volatile int recorded;
  private Stage stage = Stage.ADMISSION;
  private long deadlineNanos;
  private long nowNanos;
  private long waitNanos;
  private @Nullable Ticket ticket;
  private CompiledAction.@Nullable Share share;
  private volatile @Nullable OutboundAttempt attempt;
  private @Nullable Reply reply;
  private Host @Nullable [] tried;
  private int triedCount;
  private boolean backingOff;
  private int attempts;
  private @Nullable ClusterState retryHeld;
  private @Nullable String sentPath;
  private int flags;
  private int status;
  private int grpcStatus = -1;
  private long durationNanos;
  private @Nullable Throwable failure;

  OutboundCall(
      CallContext context,
      HttpDestination destination,
      @Nullable CompiledRoute route,
      R request,
      RequestReader<? super R> reader,
      String path,
      int bits) {
    this.context = context;
    this.destination = destination;
    this.route = route;
    this.request = request;
    this.reader = reader;
    this.path = path;
    this.bits = bits;
    EngineEnvironment env = context.env();
    this.startNanos = env.clock().nanos();
    RequestScope scope = RequestScope.current();
    this.deadlineNanos = scope == null ? Long.MAX_VALUE : scope.deadlineNanos();
    this.captured =
        env.tracing().capture(scope instanceof TracedScope traced ? traced.traceHandle() : null);
  }

  EngineEnvironment env() {
    return context.env();
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
        case ATTEMPT -> {
          if (backingOff) {
            backingOff = false;
            return Step.WAIT;
          }
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

  private boolean overdue() {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= -TIMER_SLACK_NANOS;
  }

  /** Makes the next attempt, or says why there is none. */
  private Step prepare() {
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
    Host host =
        tried != null && avoidsPrevious() ? cluster.pickOther(tried, triedCount) : cluster.pick();
    if (host == null) {
      return answer(Reply.NO_HEALTHY, Flags.UH);
    }
    MeshPeerTls tls = null;
    if ((bits & Destination.APP_TLS) == 0 && cluster.needsTls(host)) {
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

  private boolean avoidsPrevious() {
    RetryRule rule = rule();
    return rule != null && rule.avoidPreviousHosts();
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
    IN_FLIGHT.incrementAndGet(this);
    attempt = made;
    made.start(captured);
    if (phase == CANCELLED) {
      made.discard();
    }
  }

  /** Only a call that is sent again remembers where it went. */
  private void remember(Host host) {
    Host[] hosts = tried;
    if (hosts == null) {
      hosts = new Host[4];
    } else if (triedCount == hosts.length) {
      hosts = Arrays.copyOf(hosts, 2 * triedCount);
    }
    hosts[triedCount++] = host;
    tried = hosts;
  }

  private Step answer(Reply next, int flag) {
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

  // ---- what attempts report ----

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
    remember(a.host());
    Host host = tried == null ? cluster.pick() : cluster.pickOther(tried, triedCount);
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
    backingOff = waitNanos > 0;
    stage = Stage.ATTEMPT;
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
    if (before == CANCELLED || recorded != 0) {
      return;
    }
    for (OutboundAttempt a = attempt; a != null; a = a.older()) {
      a.discard();
    }
    releaseRetry();
    flags |= Flags.DC;
    record();
  }

  @Override
  public void end() {
    record();
  }

  private void record() {
    if (RECORDED.compareAndSet(this, 0, 1)) {
      durationNanos = env().clock().nanos() - startNanos;
      try {
        env().recorder().outbound(this);
      } catch (RuntimeException e) {
        env().events().internalError("Recorder.outbound", e);
      }
    }
  }

  // ---- plain answers ----

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

  private ClusterState cluster() {
    CompiledAction.Share s = share;
    if (s == null || s.state() == null) {
      throw new IllegalStateException("no cluster has been chosen");
    }
    return s.state();
  }

  CompiledAction.@Nullable Share share() {
    return share;
  }

  private @Nullable RetryRule rule() {
    return route != null && route.action() instanceof Forward f ? f.retry() : null;
  }

  boolean isGrpc() {
    return (bits & Destination.GRPC) != 0;
  }

  boolean isAppTls() {
    return (bits & Destination.APP_TLS) != 0;
  }

  boolean tellsAttempts() {
    return destination.tellsAttempts() && !isAppTls();
  }

  private boolean isRepeatable() {
    return (bits & Destination.BODY_REPEATABLE) != 0;
  }

  @Nullable String sentPath() {
    return sentPath;
  }

  @Nullable String sentAuthority() {
    return route != null && route.action() instanceof Forward f ? f.model().authority() : null;
  }

  @Nullable Object captured() {
    return captured;
  }

  @Override
  public @Nullable String requestHeader(String name) {
    return RequestHeaders.read(request, reader, name);
  }

  @Override
  public @Nullable String responseHeader(String name) {
    return null;
  }

  @Override
  public String method() {
    return reader.method(request);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String authority() {
    return reader.authority(request);
  }

  @Override
  public String dialledHost() {
    return destination.name();
  }

  @Override
  public int dialledPort() {
    return destination.port();
  }

  @Override
  public String routeName() {
    return route == null ? "" : route.model().name();
  }

  @Override
  public Target target() {
    OutboundAttempt a = attempt;
    if (a != null) {
      return a.target();
    }
    CompiledAction.Share s = share;
    return s != null && s.state() != null ? s.state().target() : destination.target();
  }

  @Override
  public String protocol() {
    return isGrpc() ? "grpc" : "http";
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public int grpcStatus() {
    return grpcStatus;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public boolean mutualTls() {
    OutboundAttempt a = attempt;
    return a != null && a.mutualTls();
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public long durationNanos() {
    return durationNanos;
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }
}

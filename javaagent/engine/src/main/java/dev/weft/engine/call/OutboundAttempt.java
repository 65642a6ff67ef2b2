package dev.weft.engine.call;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.ResponseReader;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.header.HeaderProgram;
import dev.weft.engine.header.Headers;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.engine.limit.Permits;
import dev.weft.engine.outlier.Detector;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.tls.MeshPeerTls;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One try at one endpoint.
 *
 * <p>{@code state} goes OPEN → HEADERS → OVER, or OPEN → OVER, each step once by compare-and-set;
 * whoever reaches OVER gives back the permit, the endpoint's active count and the place in the
 * retry limit, and ends the span. Reports after that are answered DISCARD.
 */
final class OutboundAttempt extends Attempt implements AttemptView, Headers {
  private static final int OPEN = 0;
  private static final int HEADERS = 1;
  private static final int OVER = 2;
  private static final long TIMER_SLACK_NANOS = 2_000_000;
  private static final AtomicIntegerFieldUpdater<OutboundAttempt> STATE =
      AtomicIntegerFieldUpdater.newUpdater(OutboundAttempt.class, "state");

  private final AttemptingCall<?> call;
  private final ClusterState cluster;
  private final Host host;
  private final @Nullable MeshPeerTls tls;
  private final int number;
  private final long startNanos;
  private final long timeoutNanos;
  private final Permits permits;
  private final @Nullable OutboundAttempt older;
  private final @Nullable ClusterState retryHeld;
  private final Target target;
  private volatile int state;
  private volatile boolean sent;
  private boolean hedged;
  private boolean discarded;
  private @Nullable Object span;
  private @Nullable Object response;
  private @Nullable ResponseReader<Object> responseReader;
  private int status;
  private int grpcStatus = -1;
  private @Nullable Throwable failure;

  OutboundAttempt(
      AttemptingCall<?> call,
      ClusterState cluster,
      Host host,
      @Nullable MeshPeerTls tls,
      int number,
      long startNanos,
      long timeoutNanos,
      @Nullable OutboundAttempt older,
      @Nullable ClusterState retryHeld) {
    this.call = call;
    this.cluster = cluster;
    this.host = host;
    this.tls = tls;
    this.number = number;
    this.startNanos = startNanos;
    this.timeoutNanos = timeoutNanos;
    this.permits = cluster.permits();
    this.older = older;
    this.retryHeld = retryHeld;
    this.target = host.target();
  }

  /** The permit has been taken by the caller. */
  void start(@Nullable Object captured) {
    host.begin();
    span = call.env().tracing().startAttempt(this, captured);
  }

  @Override
  public InetSocketAddress address() {
    return host.address();
  }

  @Override
  public @Nullable PeerTls tls() {
    return tls;
  }

  @Override
  public @Nullable String path() {
    return call.sentPath();
  }

  @Override
  public @Nullable String authority() {
    return call.isAppTls() ? null : call.sentAuthority();
  }

  @Override
  public <W> void writeHeaders(W request, HeaderWriter<? super W> writer) {
    CompiledAction.Share share = call.share();
    if (call.tellsAttempts()) {
      // Before the route's own changes, which may remove it, as in Envoy's router.
      writer.set(request, "x-envoy-attempt-count", Integer.toString(number));
    }
    if (share != null && !call.isAppTls()) {
      share.requestHeaders().write(request, writer, this);
    }
    if (timeoutNanos > 0 && tls != null) {
      // Envoy's router tells the endpoint how long its caller waits; trusted from mesh peers only.
      writer.set(
          request,
          "x-envoy-expected-rq-timeout-ms",
          Long.toString(Math.max(1, timeoutNanos / 1_000_000)));
    }
    call.env().tracing().inject(span, call.captured(), request, writer);
  }

  @Override
  public <W> void writeResponseHeaders(W message, HeaderWriter<? super W> writer) {
    CompiledAction.Share share = call.share();
    if (share != null && !call.isAppTls()) {
      share.responseHeaders().write(message, writer, this);
    }
  }

  @Override
  public long timeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public long connectTimeoutNanos() {
    return cluster.connectTimeoutNanos();
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public void sent() {
    sent = true;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> Verdict response(int code, int grpc, S message, ResponseReader<? super S> reader) {
    if (!STATE.compareAndSet(this, OPEN, HEADERS)) {
      return Verdict.DISCARD;
    }
    status = code;
    grpcStatus = grpc;
    CompiledAction.Share share = call.share();
    HeaderProgram program = share == null ? HeaderProgram.NONE : share.responseHeaders();
    if (!program.isEmpty()) {
      response = message;
      responseReader = (ResponseReader<Object>) reader;
    }
    if (!call.isGrpc() || grpc >= 0 || code != 200) {
      judge(grpc >= 0 ? GrpcStatus.toHttp(grpc) : code);
    }
    return call.responded(this, code, grpc);
  }

  private void judge(int code) {
    Detector detector = host.cluster().detector();
    if (detector != null) {
      detector.answered(host.health(), code);
    }
  }

  @Override
  public Verdict failed(Failure kind, Throwable cause) {
    if (state != OPEN) {
      return Verdict.DISCARD;
    }
    long elapsed = call.env().clock().nanos() - startNanos;
    boolean own =
        kind == Failure.TIMEOUT && timeoutNanos > 0 && elapsed >= timeoutNanos - TIMER_SLACK_NANOS;
    failure = cause;
    Detector detector = host.cluster().detector();
    boolean blame =
        switch (kind) {
          case CONNECT, TLS, REFUSED_STREAM, RESET -> true;
          case TIMEOUT -> own && !hedged;
          case CANCELLED, OTHER -> false;
        };
    if (detector != null && blame) {
      detector.unreachable(host.health(), own);
    }
    return call.failed(this, kind, cause, own);
  }

  @Override
  public void end(End end, int grpc) {
    if (!STATE.compareAndSet(this, HEADERS, OVER)) {
      return;
    }
    if (grpc >= 0) {
      grpcStatus = grpc;
      if (call.isGrpc()) {
        judge(GrpcStatus.toHttp(grpc));
      }
    }
    release();
    call.over(
        switch (end) {
          case COMPLETE -> 0;
          case RESET -> Flags.UC;
          case TIMEOUT -> Flags.UT;
          case CANCELLED -> Flags.DC;
        },
        grpc);
  }

  /** Over, whatever it was doing; true for the first caller. */
  boolean finish() {
    if (STATE.getAndSet(this, OVER) == OVER) {
      return false;
    }
    release();
    return true;
  }

  void finishDiscarded() {
    discarded = true;
    finish();
  }

  /** The call was cancelled. */
  void discard() {
    discarded = true;
    finish();
  }

  private void release() {
    host.end();
    permits.release();
    if (retryHeld != null) {
      retryHeld.retryLimit().release();
    }
    call.env().tracing().endAttempt(span, this);
  }

  boolean isOpen() {
    return state != OVER;
  }

  boolean isSent() {
    return sent;
  }

  /** Nothing of the request can have been consumed. */
  boolean unsent(Failure kind) {
    return !sent || kind == Failure.CONNECT || kind == Failure.TLS;
  }

  boolean isHedged() {
    return hedged;
  }

  void markHedged() {
    hedged = true;
  }

  @Nullable OutboundAttempt older() {
    return older;
  }

  Host host() {
    return host;
  }

  ClusterState cluster() {
    return cluster;
  }

  @Override
  public @Nullable String requestHeader(String name) {
    return call.requestHeader(name);
  }

  @Override
  public @Nullable String responseHeader(String name) {
    ResponseReader<Object> reader = responseReader;
    Object message = response;
    return reader == null || message == null ? null : reader.header(message, name);
  }

  @Override
  public CallView call() {
    return call;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public boolean mutualTls() {
    return tls != null;
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
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public boolean discarded() {
    return discarded;
  }
}

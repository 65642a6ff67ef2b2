package dev.weft.engine.call;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.header.Headers;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.retry.RetryRule;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledAction.Forward;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.RequestHeaders;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Target;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What an outbound call is about and how it went: the part that telemetry, headers and attempts
 * look at.
 *
 * <p>{@code recorded} leaves 0 once, whoever ends the call first; so the record is single. The
 * other fields are written by whoever owns the call at that moment (see {@link OutboundCall}).
 *
 * @param <R> the library's request
 */
abstract class RecordedCall<R> extends Call implements CallView, Headers {
  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<RecordedCall> RECORDED =
      AtomicIntegerFieldUpdater.newUpdater(RecordedCall.class, "recorded");

  final CallContext context;
  final @Nullable CompiledRoute route;
  final String path;
  final int bits;
  final long startNanos;
  private final HttpDestination destination;
  private final R request;
  private final RequestReader<? super R> reader;
  private final @Nullable Object captured;
  private volatile int recorded;
  volatile @Nullable OutboundAttempt attempt;
  CompiledAction.@Nullable Share share;
  @Nullable String sentPath;
  int attempts;
  int flags;
  int status;
  int grpcStatus = -1;
  @Nullable Throwable failure;
  private long durationNanos;

  RecordedCall(
      CallContext context,
      HttpDestination destination,
      @Nullable CompiledRoute route,
      R request,
      RequestReader<? super R> reader,
      String path,
      int bits,
      @Nullable RequestScope scope) {
    this.context = context;
    this.destination = destination;
    this.route = route;
    this.request = request;
    this.reader = reader;
    this.path = path;
    this.bits = bits;
    EngineEnvironment env = context.env();
    this.startNanos = env.clock().nanos();
    this.captured =
        env.tracing().capture(scope instanceof TracedScope traced ? traced.traceHandle() : null);
  }

  EngineEnvironment env() {
    return context.env();
  }

  /** Once, whoever comes first. */
  final void record() {
    if (RECORDED.compareAndSet(this, 0, 1)) {
      durationNanos = env().clock().nanos() - startNanos;
      try {
        env().recorder().outbound(this);
      } catch (RuntimeException e) {
        env().events().internalError("Recorder.outbound", e);
      }
    }
  }

  final boolean isRecorded() {
    return recorded != 0;
  }

  @Override
  public void end() {
    record();
  }

  /** Where to. */
  final ClusterState cluster() {
    CompiledAction.Share s = share;
    if (s == null || s.state() == null) {
      throw new IllegalStateException("no cluster has been chosen");
    }
    return s.state();
  }

  CompiledAction.@Nullable Share share() {
    return share;
  }

  final @Nullable RetryRule rule() {
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

  final boolean isRepeatable() {
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

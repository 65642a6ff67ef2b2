package dev.weft.engine.inbound;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Target;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One inbound request. The end is single by compare-and-set; everything else happens on the thread
 * that serves the request.
 *
 * @param <R> the library's request
 */
final class ServedCall<R> extends InboundCall implements InboundView {
  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<ServedCall> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(ServedCall.class, "ended");

  private final LivePort port;
  private final R request;
  private final RequestReader<? super R> reader;
  private final @Nullable String peer;
  private final @Nullable String xfcc;
  private final boolean mutualTls;
  private final @Nullable LocalReply reply;
  private final InboundScope scope;
  private final long startNanos;
  private final boolean grpc;
  private volatile int ended;
  private int status;
  private int grpcStatus = -1;
  private long durationNanos;
  private @Nullable Throwable failure;

  ServedCall(
      LivePort port,
      R request,
      RequestReader<? super R> reader,
      @Nullable String peer,
      @Nullable String xfcc,
      boolean mutualTls,
      @Nullable LocalReply reply) {
    EngineEnvironment env = port.env();
    this.port = port;
    this.request = request;
    this.reader = reader;
    this.peer = peer;
    this.xfcc = xfcc;
    this.mutualTls = mutualTls;
    this.reply = reply;
    this.startNanos = env.clock().nanos();
    String type = reader.header(request, "content-type");
    this.grpc = type != null && type.startsWith("application/grpc");
    long left = peer == null ? Long.MAX_VALUE : CallerDeadline.nanos(request, reader);
    this.scope =
        new InboundScope(env, left == Long.MAX_VALUE ? Long.MAX_VALUE : startNanos + left, peer);
    this.scope.trace(env.tracing().startInbound(this, request, reader));
  }

  @Override
  public @Nullable LocalReply reply() {
    return reply;
  }

  /** Inbound faults are not part of what an agent receives today. */
  @Override
  public long delayNanos() {
    return 0;
  }

  @Override
  public <W> void writeRequestHeaders(W message, HeaderWriter<? super W> writer) {
    if (reader.header(request, Xfcc.HEADER) != null) {
      writer.remove(message, Xfcc.HEADER);
    }
    if (xfcc != null) {
      writer.set(message, Xfcc.HEADER, xfcc);
    }
  }

  @Override
  public RequestScope.Current makeCurrent() {
    return scope.makeCurrent();
  }

  @Override
  public void end(int code, int grpcCode, @Nullable Throwable cause) {
    if (!ENDED.compareAndSet(this, 0, 1)) {
      return;
    }
    EngineEnvironment env = port.env();
    scope.close();
    status = code;
    grpcStatus = grpcCode;
    failure = cause;
    durationNanos = env.clock().nanos() - startNanos;
    try {
      env.recorder().inbound(this);
      env.tracing().endInbound(scope.traceHandle(), this);
    } catch (RuntimeException e) {
      env.events().internalError("Recorder.inbound", e);
    }
  }

  @Override
  public String method() {
    return reader.method(request);
  }

  @Override
  public String path() {
    return reader.path(request);
  }

  @Override
  public String authority() {
    return reader.authority(request);
  }

  @Override
  public int localPort() {
    return port.port();
  }

  @Override
  public Target target() {
    return port.target();
  }

  @Override
  public String protocol() {
    return grpc ? "grpc" : "http";
  }

  @Override
  public @Nullable String peer() {
    return peer;
  }

  @Override
  public boolean mutualTls() {
    return mutualTls;
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
    return reply != null ? Flags.UAEX : status == 0 ? Flags.DC : 0;
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

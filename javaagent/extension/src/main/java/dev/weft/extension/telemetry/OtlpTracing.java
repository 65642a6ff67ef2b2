package dev.weft.extension.telemetry;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Spans by OpenTelemetry's HTTP and RPC conventions: a client span per attempt with its resend
 * count, a server span per inbound request; W3C trace context in and out.
 */
public final class OtlpTracing implements Tracing, AutoCloseable {
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
  private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> FULL = AttributeKey.stringKey("url.full");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<Long> RESEND =
      AttributeKey.longKey("http.request.resend_count");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<Long> GRPC = AttributeKey.longKey("rpc.grpc.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> CLUSTER = AttributeKey.stringKey("upstream_cluster");
  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * Starts the SDK with an OTLP exporter.
   *
   * @param sample share of traces begun here that are sampled, 0 to 1; a caller's decision is kept
   */
  public static OtlpTracing start(OtlpSettings settings, LocalWorkload local, double sample) {
    var exporter = OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint());
    settings.headers().forEach(exporter::addHeader);
    return new OtlpTracing(new UnwovenExporter(exporter.build()), local, sample);
  }

  private OtlpTracing(SpanExporter exporter, LocalWorkload local, double sample) {
    Resource resource =
        Resource.getDefault().toBuilder()
            .put("service.name", local.workload().isEmpty() ? "unknown" : local.workload())
            .put("service.namespace", local.namespace())
            .put("service.version", local.revision())
            .build();
    provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sample)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter).setScheduleDelay(1, TimeUnit.SECONDS).build())
            .build();
    tracer = provider.get("dev.weft");
  }

  @Override
  public @Nullable Object capture(@Nullable Object inbound) {
    return inbound instanceof Span span ? Context.root().with(span) : null;
  }

  @Override
  public Object startAttempt(AttemptView attempt, @Nullable Object captured) {
    CallView call = attempt.call();
    Context parent =
        captured instanceof Context context
            ? context
            : W3C.extract(Context.root(), call, CallGetter.INSTANCE);
    SpanBuilder builder =
        tracer
            .spanBuilder(call.method())
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(METHOD, call.method())
            .setAttribute(ADDRESS, call.dialledHost())
            .setAttribute(PORT, (long) call.dialledPort())
            .setAttribute(FULL, "http://" + call.authority() + withoutQuery(call.path()))
            .setAttribute(PEER, attempt.address().getHostString())
            .setAttribute(PEER_PORT, (long) attempt.address().getPort())
            .setAttribute(CLUSTER, attempt.target().cluster());
    if (attempt.number() > 1) {
      builder.setAttribute(RESEND, attempt.number() - 1L);
    }
    return builder.startSpan();
  }

  @Override
  public <W> void inject(
      @Nullable Object attempt,
      @Nullable Object captured,
      W request,
      HeaderWriter<? super W> writer) {
    if (attempt instanceof Span span) {
      W3C.inject(
          Context.root().with(span),
          request,
          (message, name, value) -> {
            if (message != null) {
              writer.set(message, name, value);
            }
          });
    }
  }

  @Override
  public void endAttempt(@Nullable Object attempt, AttemptView view) {
    if (attempt instanceof Span span) {
      if (view.discarded()) {
        span.setAttribute(ERROR, "discarded");
      }
      end(span, view.status(), view.grpcStatus(), view.failure(), 400);
    }
  }

  @Override
  public <R> Object startInbound(InboundView view, R request, RequestReader<? super R> reader) {
    Context parent = W3C.extract(Context.root(), request, new RequestGetter<R>(reader));
    return tracer
        .spanBuilder(view.method())
        .setParent(parent)
        .setSpanKind(SpanKind.SERVER)
        .setAttribute(METHOD, view.method())
        .setAttribute(PATH, withoutQuery(view.path()))
        .setAttribute(SCHEME, "http")
        .setAttribute(ADDRESS, view.authority())
        .startSpan();
  }

  @Override
  public void endInbound(@Nullable Object inbound, InboundView view) {
    if (inbound instanceof Span span) {
      end(span, view.status(), view.grpcStatus(), view.failure(), 500);
    }
  }

  private static void end(
      Span span, int status, int grpcStatus, @Nullable Throwable failure, int errorFrom) {
    if (status > 0) {
      span.setAttribute(STATUS, (long) status);
    }
    if (grpcStatus >= 0) {
      span.setAttribute(GRPC, (long) grpcStatus);
    }
    if (failure != null) {
      span.setAttribute(ERROR, failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    } else if (status >= errorFrom || grpcStatus > 0) {
      span.setAttribute(ERROR, String.valueOf(grpcStatus > 0 ? grpcStatus : status));
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  @Override
  public void close() {
    provider.close();
  }

  private enum CallGetter implements TextMapGetter<CallView> {
    INSTANCE;

    @Override
    public Iterable<String> keys(CallView call) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable CallView call, String key) {
      return call == null ? null : call.requestHeader(key);
    }
  }

  private record RequestGetter<R>(RequestReader<? super R> reader) implements TextMapGetter<R> {
    @Override
    public Iterable<String> keys(R request) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable R request, String key) {
      return request == null ? null : reader.header(request, key);
    }
  }
}

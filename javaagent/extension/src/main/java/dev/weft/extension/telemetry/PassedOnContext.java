package dev.weft.extension.telemetry;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * Makes no spans, but lets a trace that came in go out again, so that it does not break at this
 * JVM. An application that sets {@code traceparent} itself keeps its own. Source: W3C Trace
 * Context.
 */
final class PassedOnContext implements Tracing {

  private record Carried(
      String traceparent, @Nullable String tracestate, @Nullable String baggage) {}

  @Override
  public <R> @Nullable Object startInbound(
      InboundView view, R request, RequestReader<? super R> reader) {
    String traceparent = reader.header(request, "traceparent");
    return traceparent == null
        ? null
        : new Carried(
            traceparent, reader.header(request, "tracestate"), reader.header(request, "baggage"));
  }

  @Override
  public @Nullable Object capture(@Nullable Object inbound) {
    return inbound;
  }

  @Override
  public @Nullable Object startAttempt(AttemptView attempt, @Nullable Object captured) {
    return attempt.call().requestHeader("traceparent") == null ? captured : null;
  }

  @Override
  public <W> void inject(
      @Nullable Object attempt,
      @Nullable Object captured,
      W request,
      HeaderWriter<? super W> writer) {
    if (attempt instanceof Carried carried) {
      writer.set(request, "traceparent", carried.traceparent);
      if (carried.tracestate != null) {
        writer.set(request, "tracestate", carried.tracestate);
      }
      if (carried.baggage != null) {
        writer.set(request, "baggage", carried.baggage);
      }
    }
  }
}

package dev.weft.engine.telemetry;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans and carries trace context. Handles are the implementation's own objects; the engine
 * only passes them back. All methods may be called on any thread and must not throw.
 */
public interface Tracing {
  /** No spans, no headers. */
  Tracing NONE = new Tracing() {};

  /**
   * The context that spans of a call started now on this thread belong under. Retries run on other
   * threads, so it is captured once per call.
   *
   * @param inbound handle of the inbound request whose scope is current, or null
   */
  default @Nullable Object capture(@Nullable Object inbound) {
    return null;
  }

  /** Starts the client span of an attempt about to be sent; null when there is none. */
  default @Nullable Object startAttempt(AttemptView attempt, @Nullable Object captured) {
    return null;
  }

  /**
   * Writes trace context into a request that is about to be sent.
   *
   * @param attempt what {@link #startAttempt} returned
   */
  default <W> void inject(
      @Nullable Object attempt,
      @Nullable Object captured,
      W request,
      HeaderWriter<? super W> writer) {}

  /** Ends an attempt's span; exactly once per started attempt. */
  default void endAttempt(@Nullable Object attempt, AttemptView view) {}

  /** Starts the server span of an inbound request. */
  default <R> @Nullable Object startInbound(
      InboundView view, R request, RequestReader<? super R> reader) {
    return null;
  }

  /** Makes an inbound span current on this thread; null when there is nothing to undo. */
  default RequestScope.@Nullable Current makeCurrent(@Nullable Object inbound) {
    return null;
  }

  /** Ends a server span; exactly once per started request. */
  default void endInbound(@Nullable Object inbound, InboundView view) {}
}

package dev.weft.engine.inbound;

import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.call.TracedScope;
import org.jspecify.annotations.Nullable;

/**
 * Deadline, peer and trace of one inbound request. After the response has ended there is no
 * deadline any more: background work that the request started must not be cut short by it.
 */
final class InboundScope extends TracedScope {
  private final EngineEnvironment env;
  private final @Nullable String peer;
  private volatile long deadlineNanos;
  private @Nullable Object trace;

  InboundScope(EngineEnvironment env, long deadlineNanos, @Nullable String peer) {
    this.env = env;
    this.deadlineNanos = deadlineNanos;
    this.peer = peer;
  }

  void trace(@Nullable Object handle) {
    trace = handle;
  }

  void close() {
    deadlineNanos = Long.MAX_VALUE;
  }

  Current makeCurrent() {
    RequestScope.Current outer = RequestScope.makeCurrent(this);
    RequestScope.Current span = env.tracing().makeCurrent(trace);
    if (span == null) {
      return outer;
    }
    return () -> {
      span.close();
      outer.close();
    };
  }

  /** Verified SPIFFE id of the caller, or null. */
  @Nullable String peer() {
    return peer;
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public @Nullable Object traceHandle() {
    return trace;
  }
}

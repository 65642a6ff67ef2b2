package dev.weft.engine.call;

import dev.weft.bootstrap.RequestScope;
import org.jspecify.annotations.Nullable;

/** A request scope that knows the server span its work belongs under. */
public abstract class TracedScope extends RequestScope {
  /** What {@code Tracing.startInbound} returned. */
  public abstract @Nullable Object traceHandle();
}

package dev.weft.extension.telemetry;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.telemetry.AttemptView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * Passes trace context on until spans are wanted, then makes spans. Handles carry the tracing that
 * made them, so a call that was under way at the change ends where it began.
 */
public final class SwitchableTracing implements Tracing {
  private volatile Tracing current;

  /**
   * Makes it.
   *
   * @param theirs another agent traces this JVM: we touch no trace header
   */
  public SwitchableTracing(boolean theirs) {
    this.current = theirs ? Tracing.NONE : new PassedOnContext();
  }

  /** Takes {@code next} into use for calls that begin from now on. */
  public void use(Tracing next) {
    current = next;
  }

  private record Handle(Tracing maker, @Nullable Object handle) {}

  private static @Nullable Object handleOf(@Nullable Object wrapped) {
    return wrapped instanceof Handle h ? h.handle : null;
  }

  private static @Nullable Object wrap(Tracing maker, @Nullable Object handle) {
    return handle == null ? null : new Handle(maker, handle);
  }

  @Override
  public @Nullable Object capture(@Nullable Object inbound) {
    Tracing maker = inbound instanceof Handle h ? h.maker : current;
    return wrap(maker, maker.capture(handleOf(inbound)));
  }

  @Override
  public @Nullable Object startAttempt(AttemptView attempt, @Nullable Object captured) {
    Tracing maker = captured instanceof Handle h ? h.maker : current;
    return wrap(maker, maker.startAttempt(attempt, handleOf(captured)));
  }

  @Override
  public <W> void inject(
      @Nullable Object attempt,
      @Nullable Object captured,
      W request,
      HeaderWriter<? super W> writer) {
    if (attempt instanceof Handle h) {
      h.maker.inject(h.handle, handleOf(captured), request, writer);
    }
  }

  @Override
  public void endAttempt(@Nullable Object attempt, AttemptView view) {
    if (attempt instanceof Handle h) {
      h.maker.endAttempt(h.handle, view);
    }
  }

  @Override
  public <R> @Nullable Object startInbound(
      InboundView view, R request, RequestReader<? super R> reader) {
    Tracing maker = current;
    return wrap(maker, maker.startInbound(view, request, reader));
  }

  @Override
  public RequestScope.@Nullable Current makeCurrent(@Nullable Object inbound) {
    return inbound instanceof Handle h ? h.maker.makeCurrent(h.handle) : null;
  }

  @Override
  public void endInbound(@Nullable Object inbound, InboundView view) {
    if (inbound instanceof Handle h) {
      h.maker.endInbound(h.handle, view);
    }
  }
}

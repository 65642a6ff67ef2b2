package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/** One request that arrived at this JVM. */
public abstract class InboundCall {

  /** The answer to give without calling the application (refusal, fault, limit), or null. */
  public abstract @Nullable LocalReply reply();

  /** Nanoseconds to wait before the application is called (injected delay); often 0. */
  public abstract long delayNanos();

  /** Changes request headers before the application sees them: forgeries out, identity in. */
  public abstract <W> void writeRequestHeaders(W request, HeaderWriter<? super W> writer);

  /** Makes the request's scope current on this thread; close it on the same thread. */
  public abstract RequestScope.Current makeCurrent();

  /**
   * The response is over; deadline void, metrics and span recorded. Idempotent.
   *
   * @param status HTTP status sent, or 0 when the connection ended without one
   * @param grpcStatus or -1
   */
  public abstract void end(int status, int grpcStatus, @Nullable Throwable failure);
}

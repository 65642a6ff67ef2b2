package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * What belongs to one inbound request and follows its work: deadline, lane, peer, trace. Void as
 * soon as the inbound response has ended, except for the lane.
 */
public abstract class RequestScope {
  private static final ThreadLocal<@Nullable RequestScope> CURRENT = new ThreadLocal<>();

  /** The scope of the request that this thread works for, or null. */
  public static @Nullable RequestScope current() {
    return CURRENT.get();
  }

  /** Makes {@code scope} current; the result restores what was there before. */
  public static Current makeCurrent(@Nullable RequestScope scope) {
    RequestScope before = CURRENT.get();
    set(scope);
    return () -> set(before);
  }

  private static void set(@Nullable RequestScope scope) {
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
  }

  /** {@link System#nanoTime()} by which the caller wants its answer, or Long.MAX_VALUE. */
  public abstract long deadlineNanos();

  /** Undoes {@link RequestScope#makeCurrent}. */
  public interface Current extends AutoCloseable {
    @Override
    void close();
  }
}

package dev.weft.engine.limit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many retries to a cluster may be in flight, so that an outage is not answered with a storm.
 * Source: {@code CircuitBreakers.Thresholds.max_retries}. Lock-free.
 */
public final class RetryLimit {
  private final int limit;
  private final AtomicInteger inFlight = new AtomicInteger();

  /**
   * @param limit {@link Integer#MAX_VALUE} is unlimited
   */
  public RetryLimit(int limit) {
    this.limit = limit;
  }

  /** What it was made with. */
  public int limit() {
    return limit;
  }

  /** Takes a place for one retry; false: the failure is delivered instead. */
  public boolean tryAcquire() {
    for (; ; ) {
      int now = inFlight.get();
      if (now >= limit) {
        return false;
      }
      if (inFlight.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives the place back; exactly once per successful {@link #tryAcquire}. */
  public void release() {
    inFlight.decrementAndGet();
  }

  /** Retries in flight. */
  public int inFlight() {
    return inFlight.get();
  }
}

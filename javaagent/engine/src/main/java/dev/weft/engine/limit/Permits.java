package dev.weft.engine.limit;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many requests to a cluster may be in flight, over all its endpoints.
 *
 * <p>Trips when a request would be one too many: it is refused at once, nothing queues. Recovers as
 * soon as one ends. A Resilience4j bulkhead without waiting (a semaphore: 7 ns, no allocation);
 * unlimited clusters have none. Source: {@code CircuitBreakers.Thresholds.max_requests}.
 */
public final class Permits {
  /** Never trips. */
  public static final Permits UNLIMITED = new Permits(null, Integer.MAX_VALUE);

  private final @Nullable Bulkhead bulkhead;
  private final int limit;

  private Permits(@Nullable Bulkhead bulkhead, int limit) {
    this.bulkhead = bulkhead;
    this.limit = limit;
  }

  /** At most {@code limit} at a time; {@link Integer#MAX_VALUE} is unlimited. */
  public static Permits of(String name, int limit) {
    if (limit == Integer.MAX_VALUE) {
      return UNLIMITED;
    }
    BulkheadConfig config =
        BulkheadConfig.custom()
            .maxConcurrentCalls(Math.max(0, limit))
            .maxWaitDuration(Duration.ZERO)
            .fairCallHandlingStrategyEnabled(false)
            .writableStackTraceEnabled(false)
            .build();
    return new Permits(Bulkhead.of(name, config), limit);
  }

  /** What it was made with. */
  public int limit() {
    return limit;
  }

  /** Takes a permit; false: there is none, refuse. */
  public boolean tryAcquire() {
    Bulkhead b = bulkhead;
    return b == null || b.tryAcquirePermission();
  }

  /** Gives a permit back; exactly once per successful {@link #tryAcquire}. */
  public void release() {
    Bulkhead b = bulkhead;
    if (b != null) {
      b.releasePermission();
    }
  }

  /** Permits left, for {@code weft status} and tests. */
  public int available() {
    Bulkhead b = bulkhead;
    return b == null ? Integer.MAX_VALUE : b.getMetrics().getAvailableConcurrentCalls();
  }
}

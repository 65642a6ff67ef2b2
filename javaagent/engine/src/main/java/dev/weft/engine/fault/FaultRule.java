package dev.weft.engine.fault;

import dev.weft.engine.env.RandomSource;
import dev.weft.model.Fault;
import dev.weft.model.RouteMatch;
import org.jspecify.annotations.Nullable;

/**
 * A route's injected fault, drawn once per call and before anything is sent: retries of the route
 * do not see it (in Envoy the fault filter runs before the router). Delay and abort are drawn on
 * their own; a delayed call may be aborted too.
 */
public final class FaultRule {
  private final Fault fault;

  private FaultRule(Fault fault) {
    this.fault = fault;
  }

  /** Returns null for null. */
  public static @Nullable FaultRule of(@Nullable Fault fault) {
    return fault == null ? null : new FaultRule(fault);
  }

  /** Nanoseconds to delay this call, often 0. */
  public long drawDelayNanos(RandomSource random) {
    Fault.Delay delay = fault.delay();
    return delay != null && hit(delay.perMillion(), random) ? delay.duration().toNanos() : 0;
  }

  /** What to answer this call with, or null to send it. */
  public Fault.@Nullable Abort drawAbort(RandomSource random) {
    Fault.Abort abort = fault.abort();
    return abort != null && hit(abort.perMillion(), random) ? abort : null;
  }

  private static boolean hit(int perMillion, RandomSource random) {
    return perMillion >= RouteMatch.MILLION
        || perMillion > 0 && random.below(RouteMatch.MILLION) < perMillion;
  }
}

package dev.weft.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Faults injected for testing.
 *
 * <p>Source: {@code envoy.extensions.filters.http.fault.v3.HTTPFault}.
 *
 * @param delay or null
 * @param abort or null
 */
public record Fault(@Nullable Delay delay, @Nullable Abort abort) {

  /** A fixed delay for a share of calls, 0 to 1,000,000 per million. */
  public record Delay(Duration duration, int perMillion) {
    public Delay {
      Ranges.notNegative("fault.delay.fixed_delay", duration);
      Ranges.between("fault.delay.percentage", perMillion, 0, RouteMatch.MILLION);
    }
  }

  /**
   * A local answer for a share of calls.
   *
   * @param httpStatus 200 to 599; ignored when {@code grpcStatus} is 0 or more
   * @param grpcStatus or -1
   */
  public record Abort(int httpStatus, int grpcStatus, int perMillion) {
    public Abort {
      if (grpcStatus < 0) {
        Ranges.between("fault.abort.http_status", httpStatus, 200, 599);
      }
      Ranges.between("fault.abort.percentage", perMillion, 0, RouteMatch.MILLION);
    }
  }
}

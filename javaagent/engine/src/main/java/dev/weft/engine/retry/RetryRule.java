package dev.weft.engine.retry;

import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.engine.env.RandomSource;
import dev.weft.model.RetryPolicy;
import dev.weft.model.RetryPolicy.On;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@link RetryPolicy}: which outcomes are worth another try, and when it starts.
 *
 * <p>Conditions are Envoy's {@code retry_on}. Of a failure before any response: {@code reset},
 * {@code 5xx} and {@code gateway-error} cover every kind; {@code connect-failure}, {@code
 * refused-stream} and {@code reset-before-request} only theirs. Cancelled calls and failures that
 * the library could not name are never sent again.
 *
 * <p>The backoff before retry n is random between 0 and (2^n - 1) × base, at most the maximum: full
 * jitter, so that callers that failed together do not come back together.
 */
public final class RetryRule {
  private static final int MAX_SHIFT = 30;

  private final Set<On> on;
  private final BitSet statuses = new BitSet();
  private final BitSet grpcStatuses = new BitSet();
  private final int retries;
  private final long perTryNanos;
  private final long baseNanos;
  private final long maxNanos;
  private final boolean avoidPreviousHosts;
  private final boolean hedge;

  private RetryRule(RetryPolicy policy) {
    this.on = policy.on();
    this.retries = policy.retries();
    this.perTryNanos = policy.perTryTimeout().toNanos();
    long base = policy.baseInterval().toNanos();
    this.baseNanos = base > 0 ? base : RetryPolicy.DEFAULT_BASE_INTERVAL.toNanos();
    long max = policy.maxInterval().toNanos();
    this.maxNanos = max > 0 ? Math.max(max, baseNanos) : 10 * baseNanos;
    this.avoidPreviousHosts = policy.avoidPreviousHosts();
    this.hedge = policy.hedgeOnPerTryTimeout();
    readStatuses(policy);
  }

  /** Returns null for null. */
  public static @Nullable RetryRule of(@Nullable RetryPolicy policy) {
    return policy == null ? null : new RetryRule(policy);
  }

  private void readStatuses(RetryPolicy policy) {
    if (on.contains(On.FIVE_XX)) {
      statuses.set(500, 600);
    }
    if (on.contains(On.GATEWAY_ERROR)) {
      statuses.set(502, 505);
    }
    if (on.contains(On.RETRIABLE_4XX)) {
      statuses.set(409);
    }
    if (on.contains(On.RETRIABLE_STATUS_CODES)) {
      policy.retriableStatuses().forEach(statuses::set);
    }
    grpcStatuses.set(1, on.contains(On.GRPC_CANCELLED));
    grpcStatuses.set(4, on.contains(On.GRPC_DEADLINE_EXCEEDED));
    grpcStatuses.set(8, on.contains(On.GRPC_RESOURCE_EXHAUSTED));
    grpcStatuses.set(13, on.contains(On.GRPC_INTERNAL));
    grpcStatuses.set(14, on.contains(On.GRPC_UNAVAILABLE));
  }

  /** Whether a response asks for another try. {@code grpcStatus} is -1 when there is none. */
  public boolean retriable(int status, int grpcStatus) {
    return statuses.get(status) || grpcStatus >= 0 && grpcStatuses.get(grpcStatus);
  }

  /**
   * Whether a failure asks for another try.
   *
   * @param sent whether the first byte may have left
   */
  public boolean retriable(Failure failure, boolean sent) {
    if (failure == Failure.CANCELLED || failure == Failure.OTHER) {
      return false;
    }
    if (on.contains(On.RESET) || on.contains(On.FIVE_XX) || on.contains(On.GATEWAY_ERROR)) {
      return true;
    }
    if (!sent && on.contains(On.RESET_BEFORE_REQUEST)) {
      return true;
    }
    return switch (failure) {
      case CONNECT, TLS -> on.contains(On.CONNECT_FAILURE);
      case REFUSED_STREAM -> on.contains(On.REFUSED_STREAM);
      default -> false;
    };
  }

  /**
   * @param retry 1 for the first
   */
  public long backoffNanos(int retry, RandomSource random) {
    long bound = Math.min(maxNanos, ((1L << Math.min(retry, MAX_SHIFT)) - 1) * baseNanos);
    // Drawn in microseconds: an int of nanoseconds would end at two seconds.
    int micros = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bound / 1000));
    return random.below(micros) * 1000L;
  }

  /** Further tries, 0 or more. */
  public int retries() {
    return retries;
  }

  /** 0: none but the call's own. */
  public long perTryNanos() {
    return perTryNanos;
  }

  /** Whether a retry prefers endpoints that have not been tried. */
  public boolean avoidPreviousHosts() {
    return avoidPreviousHosts;
  }

  /** Whether a slow try is left running beside the next one. */
  public boolean hedge() {
    return hedge;
  }
}

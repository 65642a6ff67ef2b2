package dev.weft.model;

import java.time.Duration;
import java.util.Set;

/**
 * When and how a failed call is sent again.
 *
 * <p>Source: {@code envoy.config.route.v3.RetryPolicy}.
 *
 * @param on conditions
 * @param retriableStatuses for {@link On#RETRIABLE_STATUS_CODES}
 * @param retries number of further tries, 0 or more
 * @param perTryTimeout zero: none but the call's own
 * @param baseInterval of the exponential backoff
 * @param maxInterval of the exponential backoff
 * @param avoidPreviousHosts {@code envoy.retry_host_predicates.previous_hosts}
 * @param hedgeOnPerTryTimeout {@code hedge_policy.hedge_on_per_try_timeout}
 */
public record RetryPolicy(
    Set<On> on,
    Set<Integer> retriableStatuses,
    int retries,
    Duration perTryTimeout,
    Duration baseInterval,
    Duration maxInterval,
    boolean avoidPreviousHosts,
    boolean hedgeOnPerTryTimeout) {
  /** Envoy's default for {@code base_interval}. */
  public static final Duration DEFAULT_BASE_INTERVAL = Duration.ofMillis(25);

  public RetryPolicy {
    on = Set.copyOf(on);
    retriableStatuses = Set.copyOf(retriableStatuses);
    Ranges.between("retry_policy.num_retries", retries, 0, 1000);
    Ranges.notNegative("retry_policy.per_try_timeout", perTryTimeout);
    Ranges.notNegative("retry_policy.retry_back_off.base_interval", baseInterval);
    Ranges.notNegative("retry_policy.retry_back_off.max_interval", maxInterval);
  }

  /** {@code retry_on}: Envoy's conditions, in its spelling with underscores. */
  public enum On {
    FIVE_XX,
    GATEWAY_ERROR,
    RESET,
    RESET_BEFORE_REQUEST,
    CONNECT_FAILURE,
    REFUSED_STREAM,
    RETRIABLE_4XX,
    RETRIABLE_STATUS_CODES,
    GRPC_CANCELLED,
    GRPC_DEADLINE_EXCEEDED,
    GRPC_INTERNAL,
    GRPC_RESOURCE_EXHAUSTED,
    GRPC_UNAVAILABLE
  }
}

package dev.weft.client.translate;

import dev.weft.model.RetryPolicy.On;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** {@code envoy.config.route.v3.RetryPolicy}. */
final class RetryTranslator {
  private static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";
  private static final Map<String, On> ON =
      Map.ofEntries(
          Map.entry("5xx", On.FIVE_XX),
          Map.entry("gateway-error", On.GATEWAY_ERROR),
          Map.entry("reset", On.RESET),
          Map.entry("reset-before-request", On.RESET_BEFORE_REQUEST),
          Map.entry("connect-failure", On.CONNECT_FAILURE),
          Map.entry("refused-stream", On.REFUSED_STREAM),
          Map.entry("retriable-4xx", On.RETRIABLE_4XX),
          Map.entry("retriable-status-codes", On.RETRIABLE_STATUS_CODES),
          Map.entry("cancelled", On.GRPC_CANCELLED),
          Map.entry("deadline-exceeded", On.GRPC_DEADLINE_EXCEEDED),
          Map.entry("internal", On.GRPC_INTERNAL),
          Map.entry("resource-exhausted", On.GRPC_RESOURCE_EXHAUSTED),
          Map.entry("unavailable", On.GRPC_UNAVAILABLE));

  /** Fields are named in the reports of the route that holds them. */
  static final MessageFields FIELDS =
      new MessageFields()
          .known(
              RetryPolicy.RETRY_ON_FIELD_NUMBER,
              RetryPolicy.NUM_RETRIES_FIELD_NUMBER,
              RetryPolicy.PER_TRY_TIMEOUT_FIELD_NUMBER,
              RetryPolicy.RETRY_BACK_OFF_FIELD_NUMBER,
              RetryPolicy.RETRIABLE_STATUS_CODES_FIELD_NUMBER,
              // Known by name below.
              RetryPolicy.RETRY_HOST_PREDICATE_FIELD_NUMBER,
              // How often to look for a host that was not tried; we look at all of them.
              RetryPolicy.HOST_SELECTION_RETRY_MAX_ATTEMPTS_FIELD_NUMBER);

  private RetryTranslator() {}

  static dev.weft.model.RetryPolicy translate(RetryPolicy p, HedgePolicy hedge, Findings findings)
      throws TranslationException {
    Set<On> on = EnumSet.noneOf(On.class);
    for (String condition : p.getRetryOn().split(",")) {
      String name = condition.trim();
      On known = ON.get(name);
      if (known != null) {
        on.add(known);
      } else if (!name.isEmpty()) {
        findings.unsupported("Route.retry_policy.retry_on[" + name + "]");
      }
    }
    boolean avoidPrevious = false;
    for (RetryPolicy.RetryHostPredicate predicate : p.getRetryHostPredicateList()) {
      if (predicate.getName().equals(PREVIOUS_HOSTS)) {
        avoidPrevious = true;
      } else {
        findings.unsupported(
            "Route.retry_policy.retry_host_predicate[" + predicate.getName() + "]");
      }
    }
    Duration base = dev.weft.model.RetryPolicy.DEFAULT_BASE_INTERVAL;
    Duration max = null;
    if (p.hasRetryBackOff()) {
      base =
          Shares.duration(
              "retry_policy.retry_back_off.base_interval", p.getRetryBackOff().getBaseInterval());
      if (p.getRetryBackOff().hasMaxInterval()) {
        max =
            Shares.duration(
                "retry_policy.retry_back_off.max_interval", p.getRetryBackOff().getMaxInterval());
      }
    }
    return new dev.weft.model.RetryPolicy(
        on,
        new HashSet<>(p.getRetriableStatusCodesList()),
        p.hasNumRetries() ? Shares.unsigned(p.getNumRetries().getValue()) : 1,
        Shares.duration("retry_policy.per_try_timeout", p.getPerTryTimeout()),
        base,
        max == null ? base.multipliedBy(10) : max,
        avoidPrevious,
        hedge.getHedgeOnPerTryTimeout());
  }
}

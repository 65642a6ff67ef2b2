package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.weft.control.source.VirtualService;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Retry policies, with Istio's defaults. Source: {@code envoy.config.route.v3.RetryPolicy}. */
final class Retries {
  private static final String DEFAULT_ON =
      "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
  private static final int DEFAULT_ATTEMPTS = 2;
  private static final long HOST_ATTEMPTS = 5;

  private Retries() {}

  /** What calls to services of the mesh get without any policy, as under Istio. */
  static RetryPolicy meshDefault() {
    return base(DEFAULT_ATTEMPTS).setRetryOn(DEFAULT_ON).build();
  }

  /** The policy of a route; null when it switches retries off. */
  static @Nullable RetryPolicy of(VirtualService.@Nullable Retries retries) {
    if (retries == null) {
      return meshDefault();
    }
    if (retries.attempts() == 0) {
      return null;
    }
    RetryPolicy.Builder policy = base(retries.attempts());
    conditions(policy, retries.retryOn() == null ? DEFAULT_ON : retries.retryOn());
    if (retries.perTryTimeout() != null) {
      policy.setPerTryTimeout(Protos.duration(retries.perTryTimeout()));
    }
    if (retries.backoff() != null) {
      policy.setRetryBackOff(
          RetryPolicy.RetryBackOff.newBuilder()
              .setBaseInterval(Protos.duration(retries.backoff())));
    }
    return policy.build();
  }

  /** Istio lets status codes stand among the conditions. */
  private static void conditions(RetryPolicy.Builder policy, String retryOn) {
    List<String> names = new ArrayList<>();
    for (String part : retryOn.split(",")) {
      String name = part.strip();
      if (!name.isEmpty() && name.chars().allMatch(Character::isDigit)) {
        policy.addRetriableStatusCodes(Integer.parseInt(name));
      } else if (!name.isEmpty()) {
        names.add(name);
      }
    }
    if (policy.getRetriableStatusCodesCount() > 0 && !names.contains("retriable-status-codes")) {
      names.add("retriable-status-codes");
    }
    policy.setRetryOn(String.join(",", names));
  }

  private static RetryPolicy.Builder base(int attempts) {
    return RetryPolicy.newBuilder()
        .setNumRetries(UInt32Value.of(attempts))
        .setHostSelectionRetryMaxAttempts(HOST_ATTEMPTS)
        .addRetryHostPredicate(
            RetryPolicy.RetryHostPredicate.newBuilder()
                .setName("envoy.retry_host_predicates.previous_hosts")
                .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())));
  }
}

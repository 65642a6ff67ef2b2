package dev.weft.client.translate;

import com.google.protobuf.UInt32Value;
import dev.weft.model.OutlierDetection;
import java.time.Duration;

/** {@code envoy.config.cluster.v3.OutlierDetection} with Envoy's defaults. */
final class OutlierTranslator {
  /** Fields that are named by {@link ClusterTranslator} when unknown here. */
  static final MessageFields FIELDS =
      new MessageFields()
          .known(
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.CONSECUTIVE_5XX_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .CONSECUTIVE_GATEWAY_FAILURE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .CONSECUTIVE_LOCAL_ORIGIN_FAILURE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .SPLIT_EXTERNAL_LOCAL_ORIGIN_ERRORS_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.INTERVAL_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .BASE_EJECTION_TIME_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.MAX_EJECTION_TIME_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .MAX_EJECTION_PERCENT_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .ENFORCING_CONSECUTIVE_5XX_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .ENFORCING_CONSECUTIVE_GATEWAY_FAILURE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .ENFORCING_CONSECUTIVE_LOCAL_ORIGIN_FAILURE_FIELD_NUMBER,
              // Looked at below: only a value other than 0 asks for something.
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .ENFORCING_SUCCESS_RATE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.cluster.v3.OutlierDetection
                  .ENFORCING_FAILURE_PERCENTAGE_FIELD_NUMBER);

  private OutlierTranslator() {}

  static OutlierDetection translate(
      io.envoyproxy.envoy.config.cluster.v3.OutlierDetection o, Findings findings)
      throws TranslationException {
    // Envoy turns success-rate ejection on by its absence; said, since Istio always writes 0.
    if (value(o.hasEnforcingSuccessRate(), o.getEnforcingSuccessRate(), 100) > 0) {
      findings.unsupported("Cluster.outlier_detection.enforcing_success_rate");
    }
    if (o.getEnforcingFailurePercentage().getValue() > 0) {
      findings.unsupported("Cluster.outlier_detection.enforcing_failure_percentage");
    }
    Duration base =
        duration("base_ejection_time", o.hasBaseEjectionTime(), o.getBaseEjectionTime(), 30);
    Duration max =
        duration("max_ejection_time", o.hasMaxEjectionTime(), o.getMaxEjectionTime(), 300);
    return new OutlierDetection(
        enforced(
            "enforcing_consecutive_5xx",
            value(o.hasConsecutive5Xx(), o.getConsecutive5Xx(), 5),
            value(o.hasEnforcingConsecutive5Xx(), o.getEnforcingConsecutive5Xx(), 100),
            findings),
        enforced(
            "enforcing_consecutive_gateway_failure",
            value(o.hasConsecutiveGatewayFailure(), o.getConsecutiveGatewayFailure(), 5),
            value(
                o.hasEnforcingConsecutiveGatewayFailure(),
                o.getEnforcingConsecutiveGatewayFailure(),
                0),
            findings),
        enforced(
            "enforcing_consecutive_local_origin_failure",
            value(o.hasConsecutiveLocalOriginFailure(), o.getConsecutiveLocalOriginFailure(), 5),
            value(
                o.hasEnforcingConsecutiveLocalOriginFailure(),
                o.getEnforcingConsecutiveLocalOriginFailure(),
                100),
            findings),
        o.getSplitExternalLocalOriginErrors(),
        duration("interval", o.hasInterval(), o.getInterval(), 10),
        base,
        // Envoy: the larger of max_ejection_time and base_ejection_time.
        max.compareTo(base) < 0 ? base : max,
        Math.min(100, value(o.hasMaxEjectionPercent(), o.getMaxEjectionPercent(), 10)));
  }

  /** Ejecting for a share of the reasons only is not done: any share means always. */
  private static int enforced(String field, int count, int percent, Findings findings) {
    if (percent > 0 && percent < 100) {
      findings.unsupported("Cluster.outlier_detection." + field + "[1..99]");
    }
    return percent == 0 ? 0 : count;
  }

  private static int value(boolean set, UInt32Value value, int otherwise) {
    return set ? Shares.unsigned(value.getValue()) : otherwise;
  }

  private static Duration duration(
      String field, boolean set, com.google.protobuf.Duration value, int otherwiseSeconds)
      throws TranslationException {
    return set
        ? Shares.duration("outlier_detection." + field, value)
        : Duration.ofSeconds(otherwiseSeconds);
  }
}

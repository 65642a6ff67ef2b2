package dev.weft.model;

import java.time.Duration;

/**
 * When a bad endpoint is ejected and for how long.
 *
 * <p>Source: {@code envoy.config.cluster.v3.OutlierDetection}.
 *
 * @param consecutive5xx 0: off
 * @param consecutiveGateway 0: off
 * @param consecutiveLocalOrigin 0: off; used when {@code splitLocalOrigin}
 * @param splitLocalOrigin {@code split_external_local_origin_errors}
 * @param interval between sweeps that let hosts back in
 * @param baseEjection multiplied with the number of ejections in a row
 * @param maxEjection upper bound of that product
 * @param maxEjectionPercent 0 to 100; one host may always be ejected
 */
public record OutlierDetection(
    int consecutive5xx,
    int consecutiveGateway,
    int consecutiveLocalOrigin,
    boolean splitLocalOrigin,
    Duration interval,
    Duration baseEjection,
    Duration maxEjection,
    int maxEjectionPercent) {
  public OutlierDetection {
    Ranges.between("outlier_detection.consecutive_5xx", consecutive5xx, 0, Integer.MAX_VALUE);
    Ranges.between("outlier_detection.max_ejection_percent", maxEjectionPercent, 0, 100);
    Ranges.notNegative("outlier_detection.interval", interval);
    Ranges.notNegative("outlier_detection.base_ejection_time", baseEjection);
    Ranges.notNegative("outlier_detection.max_ejection_time", maxEjection);
  }
}

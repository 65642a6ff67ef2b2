package dev.weft.control.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a destination's endpoints are treated: {@code networking.istio.io DestinationRule}.
 *
 * @param host as written; short names are relative to the document's namespace
 */
public record DestinationRule(String host, TrafficPolicy policy, List<Subset> subsets)
    implements Spec {
  public DestinationRule {
    subsets = List.copyOf(subsets);
  }

  /** Endpoints with all these labels. Its policy's parts replace those of the rule. */
  public record Subset(String name, Map<String, String> labels, TrafficPolicy policy) {
    public Subset {
      labels = Map.copyOf(labels);
    }
  }

  /** Null parts are not given; {@code ports} overrides by port of the service. */
  public record TrafficPolicy(
      @Nullable LoadBalancer loadBalancer,
      @Nullable ConnectionPool connectionPool,
      @Nullable OutlierDetection outlierDetection,
      @Nullable TlsMode tls,
      Map<Integer, TrafficPolicy> ports) {
    /** Nothing asked for. */
    public static final TrafficPolicy NONE = new TrafficPolicy(null, null, null, null, Map.of());

    public TrafficPolicy {
      ports = Map.copyOf(ports);
    }

    /** This policy where it speaks, else {@code base}; for one port of the service. */
    public TrafficPolicy over(TrafficPolicy base, int port) {
      TrafficPolicy mine = ports.getOrDefault(port, this);
      TrafficPolicy its = base.ports.getOrDefault(port, base);
      return new TrafficPolicy(
          mine.loadBalancer != null ? mine.loadBalancer : its.loadBalancer,
          mine.connectionPool != null ? mine.connectionPool : its.connectionPool,
          mine.outlierDetection != null ? mine.outlierDetection : its.outlierDetection,
          mine.tls != null ? mine.tls : its.tls,
          Map.of());
    }
  }

  /** {@code loadBalancer}. */
  public record LoadBalancer(@Nullable Simple simple, @Nullable LocalitySetting locality) {}

  /** {@code loadBalancer.simple}. */
  public enum Simple {
    ROUND_ROBIN,
    LEAST_REQUEST,
    RANDOM
  }

  /** {@code localityLbSetting}: failover by region, {@code from} to {@code to}. */
  public record LocalitySetting(boolean enabled, Map<String, String> failover) {
    public LocalitySetting {
      failover = Map.copyOf(failover);
    }
  }

  /** {@code connectionPool}; null parts are not given. */
  public record ConnectionPool(
      @Nullable Integer maxConnections,
      @Nullable Duration connectTimeout,
      @Nullable Integer maxPendingRequests,
      @Nullable Integer maxRequests,
      @Nullable Integer maxRetries) {}

  /** {@code outlierDetection}; null parts have Envoy's defaults. */
  public record OutlierDetection(
      @Nullable Integer consecutive5xx,
      @Nullable Integer consecutiveGateway,
      @Nullable Duration interval,
      @Nullable Duration baseEjection,
      @Nullable Integer maxEjectionPercent,
      @Nullable Integer minHealthPercent) {}

  /** {@code tls.mode}. */
  public enum TlsMode {
    DISABLE,
    ISTIO_MUTUAL
  }
}

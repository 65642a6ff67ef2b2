package dev.weft.model;

/**
 * One address that serves a cluster.
 *
 * <p>Source: {@code envoy.config.endpoint.v3.LbEndpoint} and Istio's endpoint metadata.
 *
 * @param address IP literal, or a host name for DNS clusters
 * @param weight 1 or more
 * @param health as the control plane sees it
 * @param meshTls whether it takes mesh mTLS ({@code tlsMode: istio})
 * @param workload who it is
 */
public record Endpoint(
    String address, int port, int weight, Health health, boolean meshTls, Workload workload) {
  public Endpoint {
    Ranges.port("endpoint." + address + ".port", port);
    Ranges.between("endpoint." + address + ".load_balancing_weight", weight, 1, Integer.MAX_VALUE);
  }

  /** {@code envoy.config.core.v3.HealthStatus}, as far as it matters to choosing. */
  public enum Health {
    HEALTHY,
    DEGRADED,
    UNHEALTHY,
    DRAINING
  }

  /** {@code istio.workload} metadata; parts may be empty. */
  public record Workload(
      String name, String namespace, String canonicalName, String revision, String cluster) {
    /** Not known. */
    public static final Workload UNKNOWN = new Workload("", "", "", "", "");
  }
}

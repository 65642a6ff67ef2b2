package dev.weft.model;

import java.util.List;

/**
 * Endpoints of a cluster by locality.
 *
 * <p>Source: {@code envoy.config.endpoint.v3.ClusterLoadAssignment}.
 *
 * @param overprovisioningFactor percent; Envoy's default is 140
 */
public record ClusterLoadAssignment(
    String name, List<LocalityEndpoints> localities, int overprovisioningFactor) {
  public ClusterLoadAssignment {
    localities = List.copyOf(localities);
  }

  /**
   * {@code envoy.config.endpoint.v3.LocalityLbEndpoints}.
   *
   * @param priority 0 is highest
   * @param weight of the locality, 0 when not weighted
   */
  public record LocalityEndpoints(
      Locality locality, int priority, int weight, List<Endpoint> endpoints) {
    public LocalityEndpoints {
      endpoints = List.copyOf(endpoints);
      Ranges.between("endpoints.priority", priority, 0, 128);
    }
  }
}

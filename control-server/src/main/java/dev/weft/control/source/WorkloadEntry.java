package dev.weft.control.source;

import java.util.Map;

/**
 * One address that serves: {@code networking.istio.io WorkloadEntry}, and an inline endpoint of a
 * ServiceEntry.
 *
 * @param ports target port by port name; missing: the service's target port
 * @param locality {@code region/zone/subzone}, may be empty
 * @param weight 0: not given
 */
public record WorkloadEntry(
    String address,
    Map<String, Integer> ports,
    Map<String, String> labels,
    String locality,
    int weight,
    String serviceAccount)
    implements Spec {
  public WorkloadEntry {
    ports = Map.copyOf(ports);
    labels = Map.copyOf(labels);
  }
}

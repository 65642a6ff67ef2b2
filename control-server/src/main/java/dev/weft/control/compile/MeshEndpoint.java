package dev.weft.control.compile;

import java.util.Map;
import java.util.Set;

/**
 * One address that serves a service.
 *
 * @param ports target port by port of the service
 * @param tlsPorts target ports that take mesh mTLS
 * @param locality {@code region/zone/subzone}, may be empty
 * @param priority fixed by label {@code weft.dev/priority}; -1: by locality
 * @param workload {@code name;namespace;canonical;revision;cluster}
 */
public record MeshEndpoint(
    String address,
    Map<Integer, Integer> ports,
    Set<Integer> tlsPorts,
    Map<String, String> labels,
    String locality,
    int weight,
    int priority,
    boolean healthy,
    String workload) {
  public MeshEndpoint {
    ports = Map.copyOf(ports);
    tlsPorts = Set.copyOf(tlsPorts);
    labels = Map.copyOf(labels);
  }
}

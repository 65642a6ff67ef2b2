package dev.weft.control.source;

import java.util.List;
import java.util.Map;

/**
 * A service that the mesh should know: {@code networking.istio.io ServiceEntry}.
 *
 * @param selector labels of WorkloadEntries and registered instances that serve it; empty: none
 */
public record ServiceEntry(
    List<String> hosts,
    List<String> addresses,
    Location location,
    Resolution resolution,
    List<Port> ports,
    List<WorkloadEntry> endpoints,
    Map<String, String> selector,
    List<String> subjectAltNames)
    implements Spec {
  public ServiceEntry {
    hosts = List.copyOf(hosts);
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
    selector = Map.copyOf(selector);
    subjectAltNames = List.copyOf(subjectAltNames);
  }

  /** Whether it is part of the mesh. */
  public enum Location {
    MESH_EXTERNAL,
    MESH_INTERNAL
  }

  /** How its addresses are found. */
  public enum Resolution {
    NONE,
    STATIC,
    DNS
  }

  /** A port that clients dial; {@code targetPort} 0: the same. */
  public record Port(int number, String name, String protocol, int targetPort) {}
}

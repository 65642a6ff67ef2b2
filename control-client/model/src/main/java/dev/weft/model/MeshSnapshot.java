package dev.weft.model;

import java.util.List;
import java.util.Map;

/**
 * All configuration that is in force in this JVM.
 *
 * <p>Consistent in itself: every cluster that a published route names is there, and every EDS
 * cluster has its assignment (possibly empty).
 *
 * @param version hash of the content, shown by {@code weft status}
 * @param listeners outbound listeners
 * @param routes RouteConfigurations by name
 * @param clusters clusters by name
 * @param assignments endpoints by cluster name (for EDS, by the cluster's service name)
 * @param inbound what this JVM does at the ports that it serves, by port
 * @param notApplied what was set aside, and why
 * @param names what the application may dial for TCP services, in lower case: a full host name with
 *     its virtual addresses, or a bare name with the full name that it stands for and that one's
 *     addresses
 */
public record MeshSnapshot(
    String version,
    List<OutboundListener> listeners,
    Map<String, RouteConfiguration> routes,
    Map<String, Cluster> clusters,
    Map<String, ClusterLoadAssignment> assignments,
    Map<Integer, InboundListener> inbound,
    List<NotApplied> notApplied,
    Map<String, List<String>> names) {
  /** No policy at all: every look-up answers "not ours". */
  public static final MeshSnapshot EMPTY =
      new MeshSnapshot("", List.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of());

  public MeshSnapshot {
    listeners = List.copyOf(listeners);
    routes = Map.copyOf(routes);
    clusters = Map.copyOf(clusters);
    assignments = Map.copyOf(assignments);
    inbound = Map.copyOf(inbound);
    notApplied = List.copyOf(notApplied);
    names = Map.copyOf(names);
  }

  /** Without a name table. */
  public MeshSnapshot(
      String version,
      List<OutboundListener> listeners,
      Map<String, RouteConfiguration> routes,
      Map<String, Cluster> clusters,
      Map<String, ClusterLoadAssignment> assignments,
      Map<Integer, InboundListener> inbound,
      List<NotApplied> notApplied) {
    this(version, listeners, routes, clusters, assignments, inbound, notApplied, Map.of());
  }
}

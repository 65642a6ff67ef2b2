package dev.weft.client.ads;

import dev.weft.client.translate.ClusterTranslator;
import dev.weft.client.translate.ListenerTranslator;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.InboundListener;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a consistent snapshot out of what has come so far and what is in force.
 *
 * <p>Warming: a virtual host goes live when all clusters of its routes and their endpoints are
 * there. Until then the virtual host in force stays, with the clusters that it needs. Without one
 * it is held back for a grace time; then its incomplete routes answer 503, as Envoy's do.
 */
final class SnapshotAssembler {
  private final XdsResources resources;
  private final Supplier<String> namespace;
  private MeshSnapshot current;

  /** Findings of the resources; the parts held back are added at each assembly. */
  private List<NotApplied> findings = List.of();

  /**
   * Nothing was held back by the last full assembly, so an endpoint change concerns nothing else.
   */
  private boolean settled;

  /**
   * @param namespace of this JVM as it is now
   */
  SnapshotAssembler(XdsResources resources, MeshSnapshot base, Supplier<String> namespace) {
    this.resources = resources;
    this.namespace = namespace;
    this.current = base;
  }

  /** What is in force. */
  MeshSnapshot current() {
    return current;
  }

  /** Whether something waits for clusters, endpoints or routes to come. */
  boolean waiting() {
    return !settled;
  }

  /**
   * The new snapshot, or null when it would be equal to the one in force.
   *
   * @param endpointsOnly names of the assignments, when nothing else has changed; else null
   * @param graceOver parts without an older version are no longer held back
   */
  @Nullable MeshSnapshot assemble(@Nullable Set<String> endpointsOnly, boolean graceOver) {
    boolean findingsChanged = resources.takeFindingsChanged();
    if (findingsChanged) {
      findings = resources.findings();
    }
    MeshSnapshot next =
        endpointsOnly != null && settled && !findingsChanged
            ? withEndpoints(endpointsOnly)
            : whole(graceOver);
    if (same(next, current)) {
      return null;
    }
    current = next;
    return next;
  }

  /** An endpoint change: everything else is taken over as it is. */
  private MeshSnapshot withEndpoints(Set<String> names) {
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>(current.assignments());
    for (String name : names) {
      ClusterLoadAssignment assignment = resources.assignments.get(name);
      if (assignment != null) {
        assignments.put(name, assignment);
      }
    }
    return new MeshSnapshot(
        version(List.of()),
        current.listeners(),
        current.routes(),
        current.clusters(),
        assignments,
        current.inbound(),
        current.notApplied(),
        current.names());
  }

  private MeshSnapshot whole(boolean graceOver) {
    Warming warming = new Warming(resources, current, graceOver);
    List<OutboundListener> listeners = new ArrayList<>();
    Map<String, RouteConfiguration> routes = new HashMap<>();
    Map<Integer, InboundListener> inbound = new HashMap<>();
    if (resources.listeners.received()) {
      for (var entry : resources.listeners.good().values()) {
        ListenerTranslator.Translated l = entry.value();
        OutboundListener outbound = l.outbound();
        if (outbound != null) {
          warming.listener(outbound, l.inlineRoutes(), listeners, routes);
        }
        for (InboundListener port : l.inbound()) {
          inbound.merge(port.port(), port, SnapshotAssembler::stricter);
        }
      }
    } else {
      listeners.addAll(current.listeners());
      routes.putAll(current.routes());
      inbound.putAll(current.inbound());
      current.clusters().keySet().forEach(warming::retain);
    }
    if (!resources.clusters.received()) {
      current.clusters().keySet().forEach(warming::retain);
    }
    Map<String, Cluster> clusters = new HashMap<>();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>();
    publishClusters(warming, clusters, assignments);
    List<NotApplied> held = warming.held();
    settled = held.isEmpty() && warming.complete() && resources.listeners.received();
    List<NotApplied> notApplied = findings;
    if (!held.isEmpty()) {
      notApplied = new ArrayList<>(held);
      notApplied.addAll(findings);
    }
    return new MeshSnapshot(
        version(held),
        kept(listeners, current.listeners()),
        kept(routes, current.routes()),
        kept(clusters, current.clusters()),
        assignments,
        kept(inbound, current.inbound()),
        notApplied,
        kept(NameTable.of(listeners, clusters, namespace.get()), current.names()));
  }

  private void publishClusters(
      Warming warming,
      Map<String, Cluster> clusters,
      Map<String, ClusterLoadAssignment> assignments) {
    for (String name : warming.retained()) {
      Cluster old = current.clusters().get(name);
      ClusterLoadAssignment endpoints =
          old == null ? null : current.assignments().get(old.assignment());
      if (old != null && endpoints != null) {
        clusters.put(name, old);
        assignments.put(old.assignment(), endpoints);
      }
    }
    for (var entry : resources.clusters.good().entrySet()) {
      if (ClusterTranslator.inbound(entry.getKey())) {
        continue;
      }
      Cluster cluster = entry.getValue().value().cluster();
      ClusterLoadAssignment endpoints = warming.endpoints(entry.getValue().value());
      if (endpoints != null) {
        clusters.put(entry.getKey(), cluster);
        assignments.put(cluster.assignment(), endpoints);
      }
    }
  }

  /** Two listeners that speak about one port: the one that lets fewer in. */
  private static InboundListener stricter(InboundListener a, InboundListener b) {
    return a.mode().compareTo(b.mode()) >= 0 ? a : b;
  }

  /** The instance in force when it is equal, so that later comparisons are by identity. */
  private static <T> T kept(T next, T inForce) {
    return next.equals(inForce) ? inForce : next;
  }

  private static boolean same(MeshSnapshot a, MeshSnapshot b) {
    return a.listeners().equals(b.listeners())
        && a.routes().equals(b.routes())
        && a.clusters().equals(b.clusters())
        && a.assignments().equals(b.assignments())
        && a.inbound().equals(b.inbound())
        && a.notApplied().equals(b.notApplied())
        && a.names().equals(b.names());
  }

  private String version(List<NotApplied> held) {
    long sum = resources.checksum();
    for (NotApplied part : held) {
      sum = sum * 31 + part.subject().hashCode();
    }
    return String.format("%016x", sum);
  }
}

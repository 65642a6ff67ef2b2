package dev.weft.engine.tcp;

import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.telemetry.Target;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.WeightedCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which dialled hosts and ports are TCP destinations.
 *
 * <p>First the listeners. One that is bound to a virtual address (Istio's {@code VIP_port}) governs
 * the address and the names that the name table gives it. One on any address governs the service
 * that it sends to, and nothing else: taking every connection at its port, as a sidecar does, would
 * take those to hosts that the mesh has never heard of. Then every cluster {@code
 * outbound|port||host} governs its host at its port. With a host go the names that the name table
 * gives it, {@code name.namespace} and {@code name.namespace.svc}.
 */
public final class TcpTable {
  private final HostTable.Builder<TcpDestination> table = new HostTable.Builder<>();
  private final Map<String, List<String>> namesByTarget = new HashMap<>();
  private final CallContext context;

  private TcpTable(Map<String, List<String>> names, CallContext context) {
    this.context = context;
    names.forEach(
        (name, targets) ->
            targets.forEach(
                t -> namesByTarget.computeIfAbsent(t, any -> new ArrayList<>(1)).add(name)));
  }

  /** Makes the table of a snapshot. */
  public static HostTable<TcpDestination> of(
      MeshSnapshot snapshot,
      Map<String, ClusterState> clusters,
      CallContext context,
      List<NotApplied> notApplied) {
    TcpTable made = new TcpTable(snapshot.names(), context);
    for (OutboundListener listener : snapshot.listeners()) {
      if (listener.target() instanceof OutboundListener.Target.Tcp tcp && listener.port() != 0) {
        made.addListener(listener, tcp, clusters, notApplied);
      }
    }
    clusters.values().forEach(made::addCluster);
    return made.table.build();
  }

  private void addListener(
      OutboundListener listener,
      OutboundListener.Target.Tcp tcp,
      Map<String, ClusterState> clusters,
      List<NotApplied> notApplied) {
    List<MeshTcpDestination.Share> shares = new ArrayList<>();
    Set<String> hosts = new LinkedHashSet<>();
    for (WeightedCluster weighted : tcp.clusters()) {
      ClusterState state = clusters.get(weighted.cluster());
      if (state != null) {
        shares.add(new MeshTcpDestination.Share(state, weighted.weight()));
        hosts.add(Target.hostOf(state.name()));
      } else if (!weighted.cluster().startsWith("Passthrough")) {
        notApplied.add(
            new NotApplied(
                "Listener " + listener.name(),
                "cluster " + weighted.cluster() + " is absent from CDS; its share is left out"));
      }
    }
    if (shares.isEmpty()) {
      return;
    }
    if (!listener.address().equals("0.0.0.0") && !listener.address().equals("::")) {
      add(listener.address(), listener.port(), shares);
    } else if (hosts.size() > 1) {
      notApplied.add(
          new NotApplied(
              "Listener " + listener.name(),
              "it splits between "
                  + hosts
                  + " without a virtual address, so no dialled name leads to it; each of these"
                  + " names goes to its own cluster. Give the service an address"));
    } else if (tcp.clusters().get(0).cluster().startsWith("outbound|")) {
      add(hosts.iterator().next(), listener.port(), shares);
    }
  }

  private void addCluster(ClusterState cluster) {
    String[] parts = cluster.name().split("\\|", -1);
    if (parts.length != 4
        || !parts[0].equals("outbound")
        || !parts[2].isEmpty()
        || parts[3].startsWith("*")) {
      return;
    }
    int port;
    try {
      port = Integer.parseInt(parts[1]);
    } catch (NumberFormatException e) {
      return;
    }
    add(parts[3], port, List.of(new MeshTcpDestination.Share(cluster, 1)));
  }

  /** Under {@code target}, a host or an address, and all other names of it; the first one stays. */
  private void add(String target, int port, List<MeshTcpDestination.Share> shares) {
    addForms(target, port, shares);
    for (String name : namesByTarget.getOrDefault(target, List.of())) {
      addForms(name, port, shares);
    }
  }

  private void addForms(String name, int port, List<MeshTcpDestination.Share> shares) {
    MeshTcpDestination destination = new MeshTcpDestination(name, port, shares, context);
    table.add(name, port, destination);
    int svc = name.indexOf(".svc.");
    if (svc > 0) {
      table.add(name.substring(0, svc), port, destination);
      table.add(name.substring(0, svc + ".svc".length()), port, destination);
    }
  }
}

package dev.weft.engine.tcp;

import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.route.HostTable;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.WeightedCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which dialled hosts and ports are TCP destinations.
 *
 * <p>First the name table: a name whose virtual address has a TCP listener at the port (Istio's
 * {@code VIP_port}) goes where that listener sends, and so does the address itself. Then every
 * cluster {@code outbound|port||host}: its host, {@code name.namespace} and {@code
 * name.namespace.svc}, at its port. A listener on any address governs only names of the name table:
 * without one we would take connections to hosts that the mesh has never heard of.
 */
public final class TcpTable {
  private TcpTable() {}

  /** Makes the table of a snapshot. */
  public static HostTable<TcpDestination> of(
      MeshSnapshot snapshot,
      Map<String, ClusterState> clusters,
      CallContext context,
      List<NotApplied> notApplied) {
    HostTable.Builder<TcpDestination> table = new HostTable.Builder<>();
    Map<String, List<String>> namesByAddress = new HashMap<>();
    snapshot
        .names()
        .forEach(
            (name, addresses) -> {
              for (String address : addresses) {
                namesByAddress.computeIfAbsent(address, a -> new ArrayList<>()).add(name);
              }
            });
    for (OutboundListener listener : snapshot.listeners()) {
      if (!(listener.target() instanceof OutboundListener.Target.Tcp tcp) || listener.port() == 0) {
        continue;
      }
      List<MeshTcpDestination.Share> shares = new ArrayList<>();
      for (WeightedCluster weighted : tcp.clusters()) {
        ClusterState state = clusters.get(weighted.cluster());
        if (state != null) {
          shares.add(new MeshTcpDestination.Share(state, weighted.weight()));
        } else if (!weighted.cluster().startsWith("Passthrough")) {
          notApplied.add(
              new NotApplied(
                  "Listener " + listener.name(),
                  "cluster " + weighted.cluster() + " is absent from CDS; its share is left out"));
        }
      }
      boolean any = listener.address().equals("0.0.0.0") || listener.address().equals("::");
      if (shares.isEmpty()) {
        continue;
      }
      List<String> names =
          any
              ? List.copyOf(snapshot.names().keySet())
              : namesByAddress.getOrDefault(listener.address(), List.of());
      for (String name : names) {
        table.add(
            name, listener.port(), new MeshTcpDestination(name, listener.port(), shares, context));
      }
      if (!any) {
        table.add(
            listener.address(),
            listener.port(),
            new MeshTcpDestination(listener.address(), listener.port(), shares, context));
      }
    }
    clusters.values().forEach(c -> addCluster(table, c, context));
    return table.build();
  }

  private static void addCluster(
      HostTable.Builder<TcpDestination> table, ClusterState cluster, CallContext context) {
    String[] parts = cluster.name().split("\\|", -1);
    if (parts.length != 4 || !parts[0].equals("outbound") || !parts[2].isEmpty()) {
      return;
    }
    int port;
    try {
      port = Integer.parseInt(parts[1]);
    } catch (NumberFormatException e) {
      return;
    }
    String host = parts[3];
    if (host.startsWith("*")) {
      return;
    }
    MeshTcpDestination destination =
        new MeshTcpDestination(
            host, port, List.of(new MeshTcpDestination.Share(cluster, 1)), context);
    table.add(host, port, destination);
    int svc = host.indexOf(".svc.");
    if (svc > 0) {
      table.add(host.substring(0, svc), port, destination);
      table.add(host.substring(0, svc + ".svc".length()), port, destination);
    }
  }
}

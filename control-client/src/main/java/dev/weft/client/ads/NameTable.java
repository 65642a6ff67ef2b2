package dev.weft.client.ads;

import dev.weft.model.Cluster;
import dev.weft.model.OutboundListener;
import dev.weft.model.WeightedCluster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of services that the control plane implies instead of sending them.
 *
 * <p>HTTP virtual hosts list every name of their service. TCP has no such list: a sidecar sees only
 * addresses, and the names come from DNS. We see names, so they are made from what there is: the
 * host in a cluster's name ({@code outbound|port|subset|host}), the virtual address of a TCP
 * listener that sends to one service, and, for services {@code name.namespace.svc.…} of this JVM's
 * own namespace, the bare {@code name} (as its DNS search list would complete it).
 */
final class NameTable {
  private NameTable() {}

  /**
   * Makes {@link dev.weft.model.MeshSnapshot#names()}.
   *
   * @param namespace of this JVM; empty when it has none
   */
  static Map<String, List<String>> of(
      Collection<OutboundListener> listeners, Map<String, Cluster> clusters, String namespace) {
    Map<String, List<String>> names = new HashMap<>();
    for (OutboundListener listener : listeners) {
      if (listener.target() instanceof OutboundListener.Target.Tcp tcp && !any(listener)) {
        String host = onlyHost(tcp.clusters());
        if (host != null) {
          add(names, host, listener.address());
        }
      }
    }
    Set<String> hosts = new HashSet<>();
    for (String cluster : clusters.keySet()) {
      String host = hostOf(cluster);
      if (host != null) {
        hosts.add(host);
      }
    }
    Map<String, List<String>> bare = new HashMap<>();
    String ending = "." + namespace.toLowerCase(Locale.ROOT) + ".svc.";
    for (String host : hosts) {
      int dot = host.indexOf('.');
      if (dot > 0 && host.startsWith(ending, dot) && !hosts.contains(host.substring(0, dot))) {
        String name = host.substring(0, dot);
        for (String address : names.getOrDefault(host, List.of())) {
          add(bare, name, address);
        }
        add(bare, name, host);
      }
    }
    names.putAll(bare);
    names.replaceAll((name, targets) -> List.copyOf(targets));
    return names;
  }

  private static void add(Map<String, List<String>> names, String name, String target) {
    List<String> targets = names.computeIfAbsent(name, n -> new ArrayList<>(1));
    if (!targets.contains(target)) {
      targets.add(target);
    }
  }

  private static boolean any(OutboundListener listener) {
    return listener.address().equals("0.0.0.0") || listener.address().equals("::");
  }

  /** A split between services does not say whose address it is. */
  private static @Nullable String onlyHost(List<WeightedCluster> clusters) {
    String only = null;
    for (WeightedCluster cluster : clusters) {
      String host = hostOf(cluster.cluster());
      if (host == null || only != null && !only.equals(host)) {
        return null;
      }
      only = host;
    }
    return only;
  }

  private static @Nullable String hostOf(String cluster) {
    int last = cluster.lastIndexOf('|');
    return cluster.startsWith("outbound|") && last + 1 < cluster.length()
        ? cluster.substring(last + 1).toLowerCase(Locale.ROOT)
        : null;
  }
}

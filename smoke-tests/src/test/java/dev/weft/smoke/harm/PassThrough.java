package dev.weft.smoke.harm;

import dev.weft.client.disk.SnapshotFile;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.ClusterLoadAssignment.LocalityEndpoints;
import dev.weft.model.Endpoint;
import dev.weft.model.HeaderMutation;
import dev.weft.model.Locality;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutboundListener;
import dev.weft.model.PathMatch;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.RouteMatch;
import dev.weft.model.VirtualHost;
import dev.weft.model.WeightedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A policy that governs and changes nothing: every port is routed to the address that was dialled,
 * without timeout, retry, header or TLS. It is what an agent has cached from an earlier run.
 */
final class PassThrough {
  private PassThrough() {}

  /** Leaves the policy where an agent with this {@code WEFT_CACHE_DIR} looks for it. */
  static void cache(Path directory, boolean http2, int... ports) throws IOException {
    List<OutboundListener> listeners = new ArrayList<>();
    Map<String, RouteConfiguration> routes = new HashMap<>();
    Map<String, Cluster> clusters = new HashMap<>();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>();
    for (int port : ports) {
      String table = Integer.toString(port);
      String cluster = "outbound|" + port + "||127.0.0.1";
      listeners.add(
          new OutboundListener(
              "0.0.0.0_" + port, "0.0.0.0", port, new OutboundListener.Target.Http(table)));
      routes.put(
          table,
          new RouteConfiguration(
              table,
              List.of(
                  new VirtualHost(
                      "127.0.0.1:" + port,
                      List.of("127.0.0.1", "127.0.0.1:" + port),
                      List.of(to(cluster)),
                      HeaderMutation.NONE,
                      HeaderMutation.NONE)),
              HeaderMutation.NONE,
              HeaderMutation.NONE,
              true));
      clusters.put(
          cluster,
          new Cluster(
              cluster,
              cluster,
              new Cluster.LoadBalancing.RoundRobin(),
              Duration.ZERO,
              Cluster.Limits.NONE,
              null,
              new Cluster.UpstreamTls.None(),
              http2,
              false,
              Duration.ZERO,
              50));
      assignments.put(cluster, itself(cluster, port));
    }
    SnapshotFile.write(
        directory.resolve("snapshot"),
        new MeshSnapshot(
            "pass-through", listeners, routes, clusters, assignments, Map.of(), List.of()));
  }

  private static ClusterLoadAssignment itself(String cluster, int port) {
    Endpoint endpoint =
        new Endpoint(
            "127.0.0.1",
            port,
            1,
            Endpoint.Health.HEALTHY,
            false,
            new Endpoint.Workload("itself", "default", "itself", "v1", "test"));
    return new ClusterLoadAssignment(
        cluster, List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, List.of(endpoint))), 140);
  }

  private static Route to(String cluster) {
    return new Route(
        "itself",
        new RouteMatch(new PathMatch.Prefix("/", true), List.of(), List.of(), RouteMatch.MILLION),
        new RouteAction.Forward(
            List.of(new WeightedCluster(cluster, 1, HeaderMutation.NONE, HeaderMutation.NONE)),
            null,
            null,
            Duration.ZERO,
            null,
            List.of(),
            List.of()),
        HeaderMutation.NONE,
        HeaderMutation.NONE,
        null);
  }
}

package dev.weft.bench.engine;

import dev.weft.model.Cluster;
import dev.weft.model.Cluster.LoadBalancing;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.ClusterLoadAssignment.LocalityEndpoints;
import dev.weft.model.Endpoint;
import dev.weft.model.Endpoint.Workload;
import dev.weft.model.HeaderMatch;
import dev.weft.model.HeaderMatch.Condition;
import dev.weft.model.HeaderMutation;
import dev.weft.model.Locality;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutboundListener;
import dev.weft.model.PathMatch;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.RouteMatch;
import dev.weft.model.StringMatch;
import dev.weft.model.VirtualHost;
import dev.weft.model.WeightedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mesh of {@code hosts} services with {@code routes} routes each, a third each exact, prefix and
 * regex with header, over {@code endpoints} endpoints in all.
 */
final class SyntheticMesh {
  private SyntheticMesh() {}

  static String host(int i) {
    return "service-" + i + ".shop.svc.cluster.local";
  }

  /** A path that route {@code i} matches and no route before it. */
  static String path(int i) {
    return switch (i % 3) {
      case 0 -> "/exact/" + i + "/item";
      case 1 -> "/prefix/" + i + "/item/17";
      default -> "/regex/" + i + "/v3/items/abc";
    };
  }

  static MeshSnapshot of(int hosts, int routes, int endpoints) {
    List<VirtualHost> virtualHosts = new ArrayList<>();
    Map<String, Cluster> clusters = new HashMap<>();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>();
    for (int h = 0; h < hosts; h++) {
      String cluster = "outbound|80||" + host(h);
      clusters.put(cluster, cluster(cluster));
      assignments.put(cluster, assignment(cluster, h, endpoints / hosts));
      List<Route> list = new ArrayList<>();
      for (int r = 0; r < routes; r++) {
        list.add(route(r, cluster));
      }
      virtualHosts.add(
          new VirtualHost(
              host(h) + ":80",
              List.of(host(h), "service-" + h, "service-" + h + ".shop"),
              list,
              HeaderMutation.NONE,
              HeaderMutation.NONE));
    }
    return new MeshSnapshot(
        "synthetic",
        List.of(
            new OutboundListener(
                "0.0.0.0_80", "0.0.0.0", 80, new OutboundListener.Target.Http("80"))),
        Map.of(
            "80",
            new RouteConfiguration(
                "80", virtualHosts, HeaderMutation.NONE, HeaderMutation.NONE, true)),
        clusters,
        assignments,
        Map.of(),
        List.of());
  }

  private static Route route(int i, String cluster) {
    PathMatch path =
        switch (i % 3) {
          case 0 -> new PathMatch.Exact("/exact/" + i + "/item", true);
          case 1 -> new PathMatch.Prefix("/prefix/" + i + "/", true);
          default -> new PathMatch.Regex("/regex/" + i + "/v[0-9]+/items/[^/]+");
        };
    List<HeaderMatch> headers =
        i % 3 == 2
            ? List.of(
                new HeaderMatch(
                    "x-user",
                    new Condition.Value(new StringMatch.Exact("ann", false)),
                    false,
                    false))
            : List.of();
    return new Route(
        "r" + i,
        new RouteMatch(path, headers, List.of(), RouteMatch.MILLION),
        new RouteAction.Forward(
            List.of(new WeightedCluster(cluster, 1, HeaderMutation.NONE, HeaderMutation.NONE)),
            null,
            null,
            Duration.ofSeconds(5),
            null,
            List.of(),
            List.of()),
        HeaderMutation.NONE,
        HeaderMutation.NONE,
        null);
  }

  private static Cluster cluster(String name) {
    return new Cluster(
        name,
        name,
        new LoadBalancing.LeastRequest(2, 1),
        Duration.ofSeconds(1),
        new Cluster.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1000, 3),
        null,
        new UpstreamTls.None(),
        false,
        false,
        Duration.ZERO,
        0);
  }

  private static ClusterLoadAssignment assignment(String name, int host, int count) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      String address = "10." + (host >> 8 & 255) + "." + (host & 255) + "." + (e & 255);
      endpoints.add(
          new Endpoint(
              address,
              8080 + (e >> 8),
              1,
              Endpoint.Health.HEALTHY,
              false,
              new Workload("w" + e, "shop", "w", "v1", "k")));
    }
    return new ClusterLoadAssignment(
        name, List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, endpoints)), 140);
  }
}

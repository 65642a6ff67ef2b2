package dev.weft.instrumentation.testing;

import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.ClusterLoadAssignment.LocalityEndpoints;
import dev.weft.model.Endpoint;
import dev.weft.model.HeaderMutation;
import dev.weft.model.Locality;
import dev.weft.model.OutlierDetection;
import dev.weft.model.Route;
import dev.weft.model.VirtualHost;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mesh service written down by hand in Istio's sidecar shape: a virtual host with short names and
 * a cluster per subset, {@code outbound|80|v1|catalog.default.svc.cluster.local}. Mutable; becomes
 * part of a snapshot in {@link TestMesh#apply}.
 */
public final class Service {
  private final String name;
  private final int port;
  private final Map<String, List<Endpoint>> subsets = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private Cluster.LoadBalancing loadBalancing = new Cluster.LoadBalancing.RoundRobin();
  private Duration connectTimeout = Duration.ZERO;
  private Cluster.Limits limits = Cluster.Limits.NONE;
  private @Nullable OutlierDetection outlier;
  private Cluster.UpstreamTls tls = new Cluster.UpstreamTls.None();
  private boolean http2;

  private Service(String name, int port) {
    this.name = name;
    this.port = port;
  }

  /** A service dialled as {@code http://name/} on port 80. */
  public static Service named(String name) {
    return new Service(name, 80);
  }

  /** A service dialled as {@code http://name:port/}. */
  public static Service named(String name, int port) {
    return new Service(name, port);
  }

  /** Endpoints without a subset. */
  public Service endpoints(Backend... backends) {
    return subset("", backends);
  }

  /** Endpoints of a subset; those that demand TLS carry {@code tlsMode: istio}. */
  public Service subset(String subset, Backend... backends) {
    for (Backend backend : backends) {
      endpoint(subset, backend.address(), backend.tls(), backend.name());
    }
    return this;
  }

  /** An endpoint without a subset, at an address that need not answer. */
  public Service endpoint(InetSocketAddress address) {
    return endpoint("", address, false, "nobody");
  }

  /** An endpoint without a subset on a loopback port that need not answer. */
  public Service endpoint(int loopbackPort) {
    return endpoint(new InetSocketAddress("127.0.0.1", loopbackPort));
  }

  /** Any endpoint. */
  public Service endpoint(
      String subset, InetSocketAddress address, boolean meshTls, String workload) {
    subsets
        .computeIfAbsent(subset, s -> new ArrayList<>())
        .add(
            new Endpoint(
                address.getAddress().getHostAddress(),
                address.getPort(),
                1,
                Endpoint.Health.HEALTHY,
                meshTls,
                new Endpoint.Workload(workload, "default", workload, "v1", "test")));
    return this;
  }

  /** A subset, or the whole service for {@code ""}, that has no endpoint at all. */
  public Service withoutEndpoints(String subset) {
    subsets.computeIfAbsent(subset, s -> new ArrayList<>());
    return this;
  }

  /** Adds a rule; the first that matches wins. Without rules everything goes to subset "". */
  public Service rule(Rule rule) {
    rules.add(rule);
    return this;
  }

  /** How endpoints are chosen; round robin unless told. */
  public Service balancedBy(Cluster.LoadBalancing how) {
    loadBalancing = how;
    return this;
  }

  /** Time for the TCP connect; the library's own unless told. */
  public Service connectingWithin(Duration limit) {
    connectTimeout = limit;
    return this;
  }

  /** Requests that may be under way at once; unlimited unless told. */
  public Service atMostRequests(int requests) {
    limits = new Cluster.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, requests, Integer.MAX_VALUE);
    return this;
  }

  /** Ejects an endpoint for {@code time} after so many 5xx or failed connects in a row. */
  public Service ejectingAfter(int consecutive, Duration time) {
    outlier =
        new OutlierDetection(
            consecutive, 0, 0, false, Duration.ofMillis(500), time, Duration.ofMinutes(5), 100);
    return this;
  }

  /** Mesh mTLS to endpoints that carry {@code tlsMode: istio}. */
  public Service autoTls(String sni, String... expectedSans) {
    tls = new Cluster.UpstreamTls.Auto(new Cluster.MeshTls(sni, List.of(expectedSans)));
    return this;
  }

  /** Mesh mTLS to all endpoints. */
  public Service mutualTls(String sni, String... expectedSans) {
    tls = new Cluster.UpstreamTls.Mutual(new Cluster.MeshTls(sni, List.of(expectedSans)));
    return this;
  }

  /** The endpoints speak HTTP/2. */
  public Service http2() {
    http2 = true;
    return this;
  }

  /** The service's name as the control server gives it. */
  public String host() {
    return name + ".default.svc.cluster.local";
  }

  int port() {
    return port;
  }

  String cluster(String subset) {
    return "outbound|" + port + "|" + subset + "|" + host();
  }

  VirtualHost virtualHost() {
    List<Route> routes = new ArrayList<>();
    List<Rule> all = rules.isEmpty() ? List.of(Rule.any().to("")) : rules;
    all.forEach(rule -> routes.add(rule.route(this)));
    List<String> domains = new ArrayList<>();
    for (String alias : List.of(host(), name, name + ".default", name + ".default.svc")) {
      domains.add(alias);
      domains.add(alias + ":" + port);
    }
    return new VirtualHost(
        host() + ":" + port, domains, routes, HeaderMutation.NONE, HeaderMutation.NONE);
  }

  void addTo(Map<String, Cluster> clusters, Map<String, ClusterLoadAssignment> assignments) {
    subsets.forEach(
        (subset, endpoints) -> {
          String cluster = cluster(subset);
          clusters.put(
              cluster,
              new Cluster(
                  cluster,
                  cluster,
                  loadBalancing,
                  connectTimeout,
                  limits,
                  outlier,
                  tls,
                  http2,
                  false,
                  Duration.ZERO,
                  50));
          assignments.put(
              cluster,
              new ClusterLoadAssignment(
                  cluster, List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, endpoints)), 140));
        });
  }
}

package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.client.ads.OfflineSnapshot;
import dev.weft.client.ads.ResourceType;
import dev.weft.control.source.Document;
import dev.weft.control.source.DocumentParser;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.RetryPolicy;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import io.envoyproxy.envoy.config.core.v3.Locality;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Our compilation of istiod's input against what istiod made of it, both as the agent understands
 * them. What we refuse is cut out of the input first; {@link #REFUSED} is the list of differences
 * in what is accepted, the {@code without…} methods are those in what is made.
 */
class IstiodComparisonTest {
  /** Fields of the input that we do not accept yet, as regular expressions. */
  private static final List<String> REFUSED =
      List.of(
          ", tcpKeepalive: \\{time: 60s\\}",
          "maxConnections: 100, ",
          "http1MaxPendingRequests: 50, ",
          "maxRequestsPerConnection: 10, ",
          ", idleTimeout: 30s",
          "\n      warmup: \\{duration: 30s\\}",
          "\n    trafficPolicy:\n      loadBalancer:\n        consistentHash: [^\n]*",
          "\n      localityLbSetting: \\{distribute: [^\n]*",
          "\n    corsPolicy: [^\n]*",
          ", retryRemoteLocalities: true",
          "\n    mirror: [^\n]*",
          "\n    mirrorPercentage: [^\n]*");

  private static MeshSnapshot ours(String ip, String name, String account) throws Exception {
    var input = IstiodDump.folder().resolve("input/base");
    String traffic = Files.readString(input.resolve("20-traffic.yaml"));
    for (String refused : REFUSED) {
      String without = traffic.replaceAll(refused, "");
      assertThat(without).as(refused).isNotEqualTo(traffic);
      traffic = without;
    }
    String strict = Files.readString(input.resolve("30-security.yaml")).split("---")[0];
    List<Document> documents = new ArrayList<>();
    for (String text :
        List.of(Files.readString(input.resolve("10-services.yaml")), traffic, strict)) {
      DocumentParser.Parsed parsed = DocumentParser.parse(text, "base");
      assertThat(parsed.findings()).isEmpty();
      documents.addAll(parsed.documents());
    }
    Mesh.Settings settings =
        new Mesh.Settings("cluster.local", "istio-system", "cluster.local", "spike");
    Mesh mesh = new MeshBuilder(settings).build(null, List.of(), List.of(), documents);
    Snapshot snapshot = new Compiler(mesh).snapshot(node(ip, name, account));
    Map<ResourceType, List<com.google.protobuf.Any>> resources = new EnumMap<>(ResourceType.class);
    for (XdsType type :
        List.of(XdsType.CLUSTER, XdsType.ENDPOINT, XdsType.LISTENER, XdsType.ROUTE)) {
      resources.put(
          ResourceType.valueOf(type.name()),
          snapshot.of(type).values().stream().map(Resource::any).toList());
    }
    return OfflineSnapshot.of(resources);
  }

  private static Node node(String ip, String name, String account) {
    return Node.of(
        io.envoyproxy.envoy.config.core.v3.Node.newBuilder()
            .setId("sidecar~" + ip + "~" + name + ".shop~shop.svc.cluster.local")
            .setLocality(Locality.newBuilder().setRegion("eu").setZone("eu-1").setSubZone("a"))
            .setMetadata(
                Struct.newBuilder()
                    .putFields("NAMESPACE", Value.newBuilder().setStringValue("shop").build())
                    .putFields(
                        "SERVICE_ACCOUNT", Value.newBuilder().setStringValue(account).build())
                    .putFields("INSTANCE_IPS", Value.newBuilder().setStringValue(ip).build()))
            .build());
  }

  private static MeshSnapshot web() throws Exception {
    return ours("127.0.0.41", "web-1", "web");
  }

  @Test
  void routesSendEveryCallWhereIstiodsDo() throws Exception {
    MeshSnapshot ours = web();
    MeshSnapshot theirs = IstiodDump.snapshot("sidecar-web");
    assertThat(ours.routes().keySet()).isEqualTo(theirs.routes().keySet());
    for (String name : theirs.routes().keySet()) {
      assertThat(hosts(ours.routes().get(name)))
          .as("RouteConfiguration %s", name)
          .isEqualTo(hosts(theirs.routes().get(name)));
    }
  }

  @Test
  void endpointsPrioritiesAndTlsAreIstiods() throws Exception {
    MeshSnapshot ours = web();
    MeshSnapshot theirs = IstiodDump.snapshot("sidecar-web");
    assertThat(withoutLocalityWeights(ours)).isEqualTo(withoutLocalityWeights(theirs));
  }

  @Test
  void clustersAreIstiods() throws Exception {
    Map<String, Cluster> ours = outbound(web());
    Map<String, Cluster> theirs = outbound(IstiodDump.snapshot("sidecar-web"));
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    theirs.forEach(
        (name, cluster) ->
            assertThat(withoutWhatWeRefuse(ours.get(name)))
                .as(name)
                .isEqualTo(withoutWhatWeRefuse(cluster)));
  }

  @Test
  void listenersAndInboundModesAreIstiods() throws Exception {
    MeshSnapshot ours = web();
    MeshSnapshot theirs = IstiodDump.snapshot("sidecar-web");
    assertThat(new TreeSet<>(ours.listeners().stream().map(l -> l.name()).toList()))
        .containsAll(
            theirs.listeners().stream()
                .map(l -> l.name())
                .filter(name -> !name.equals("virtualOutbound"))
                .toList());
    assertThat(ours.inbound()).isEqualTo(theirs.inbound());
    assertThat(ours("127.0.0.11", "reviews-v1-1", "reviews").inbound().values())
        .extracting(i -> i.port() + " " + i.mode())
        .contains("18080 STRICT", "19090 STRICT");
  }

  private static Map<String, Object> hosts(RouteConfiguration table) {
    Map<String, Object> hosts = new TreeMap<>();
    for (VirtualHost host : table.virtualHosts()) {
      hosts.put(
          host.name(),
          List.of(
              host.domains(), host.routes().stream().map(r -> withoutWhatWeRefuse(r)).toList()));
    }
    return hosts;
  }

  /** No mirrors, no hash (and with a hash istiod lets a retry go to the same host again). */
  private static Route withoutWhatWeRefuse(Route route) {
    if (!(route.action() instanceof RouteAction.Forward f)) {
      return route;
    }
    RetryPolicy r = f.retry();
    RetryPolicy retry =
        r == null
            ? null
            : new RetryPolicy(
                r.on(),
                r.retriableStatuses(),
                r.retries(),
                r.perTryTimeout(),
                r.baseInterval(),
                r.maxInterval(),
                r.avoidPreviousHosts() || !f.hash().isEmpty(),
                r.hedgeOnPerTryTimeout());
    return new Route(
        route.name(),
        route.match(),
        new RouteAction.Forward(
            f.clusters(), f.rewrite(), f.authority(), f.timeout(), retry, List.of(), List.of()),
        route.requestHeaders(),
        route.responseHeaders(),
        route.fault());
  }

  /** Weights of localities come from {@code distribute}, which we refuse. */
  private static Map<String, Object> withoutLocalityWeights(MeshSnapshot snapshot) {
    Map<String, Object> assignments = new TreeMap<>();
    for (Map.Entry<String, ClusterLoadAssignment> entry : snapshot.assignments().entrySet()) {
      assignments.put(
          entry.getKey(),
          entry.getValue().localities().stream()
              .map(l -> List.of(l.locality(), l.priority(), l.endpoints()))
              .toList());
    }
    return assignments;
  }

  private static Map<String, Cluster> outbound(MeshSnapshot snapshot) {
    Map<String, Cluster> clusters = new TreeMap<>(snapshot.clusters());
    clusters.keySet().removeIf(name -> !name.startsWith("outbound|"));
    return clusters;
  }

  /** The SNI differs by design: plain host names. */
  private static Cluster withoutWhatWeRefuse(Cluster c) {
    boolean ring = c.loadBalancing() instanceof Cluster.LoadBalancing.RingHash;
    Cluster.UpstreamTls tls = c.tls();
    if (tls instanceof Cluster.UpstreamTls.Auto auto) {
      tls = new Cluster.UpstreamTls.Auto(new Cluster.MeshTls("", auto.tls().sans()));
    } else if (tls instanceof Cluster.UpstreamTls.Mutual mutual) {
      tls = new Cluster.UpstreamTls.Mutual(new Cluster.MeshTls("", mutual.tls().sans()));
    }
    return new Cluster(
        c.name(),
        c.assignment(),
        ring || c.name().contains("|v2|")
            ? new Cluster.LoadBalancing.RoundRobin()
            : c.loadBalancing(),
        c.connectTimeout(),
        new Cluster.Limits(
            Integer.MAX_VALUE, Integer.MAX_VALUE, c.limits().requests(), c.limits().retries()),
        c.outlier(),
        tls,
        c.http2(),
        c.requiresPrimary(),
        Duration.ZERO,
        c.panicPercent());
  }
}

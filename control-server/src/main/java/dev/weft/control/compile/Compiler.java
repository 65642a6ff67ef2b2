package dev.weft.control.compile;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import dev.weft.control.register.Instance;
import dev.weft.control.source.Document;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles snapshots of a mesh for nodes, reusing what did not change.
 *
 * <p>Clusters depend on the service's definition and its rule; endpoints on its instances too, and
 * on the client's locality; route tables on the client's namespace. So a new endpoint makes new
 * endpoints alone. Not thread-safe: owned by the push loop.
 */
public final class Compiler {
  private static final Object NO_RULE = new Object();

  private final Memo<List<Resource>> clusters = new Memo<>();
  private final Memo<List<Resource>> endpoints = new Memo<>();
  private final Memo<Resource> tables = new Memo<>();
  private final Memo<Collection<Resource>> listeners = new Memo<>();
  private Mesh mesh;
  private List<Instance> instances = List.of();

  /** Starts with a mesh. */
  public Compiler(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Goes on with another mesh. */
  public void mesh(Mesh newMesh, List<Instance> newInstances) {
    mesh = newMesh;
    instances = newInstances;
    clusters.sweep();
    endpoints.sweep();
    tables.sweep();
    listeners.sweep();
  }

  /** The mesh that is compiled now. */
  public Mesh mesh() {
    return mesh;
  }

  /** Everything for one node. */
  public Snapshot snapshot(Node node) {
    List<Resource> allClusters = new ArrayList<>();
    List<Resource> allEndpoints = new ArrayList<>();
    for (MeshService service : mesh.services().values()) {
      Document rule = mesh.destinationRule(service.definition(), node.namespace());
      allClusters.addAll(clusters(service, rule));
      allEndpoints.addAll(
          endpoints.get(
              () -> EndpointCompiler.assignments(service, rule, node.locality()),
              node.locality(),
              service,
              key(rule)));
    }
    InboundCompiler.Inbound inbound = InboundCompiler.of(node, mesh, instances);
    allClusters.addAll(builtin(inbound.ports()));

    List<Resource> allListeners = new ArrayList<>(outbound());
    allListeners.add(InboundCompiler.listener(mesh.settings().trustDomain(), inbound));
    List<Resource> allTables = new ArrayList<>();
    Object[] inputs = routeInputs();
    for (int port : ListenerCompiler.httpPorts(mesh)) {
      allTables.add(
          tables.get(
              () -> RouteTables.table(mesh, port, node.namespace()),
              port + "/" + node.namespace(),
              inputs));
    }
    if (!node.outboundBind().isEmpty()) {
      allListeners.add(ListenerCompiler.forwardProxy(node.outboundBind()));
      allTables.add(RouteTables.proxyTable(mesh, node.namespace()));
    }
    Map<XdsType, List<Resource>> byType = new EnumMap<>(XdsType.class);
    byType.put(XdsType.CLUSTER, allClusters);
    byType.put(XdsType.ENDPOINT, allEndpoints);
    byType.put(XdsType.LISTENER, allListeners);
    byType.put(XdsType.ROUTE, allTables);
    return new Snapshot(byType);
  }

  /** DNS clusters carry their endpoints inline; all others depend on the definition alone. */
  private List<Resource> clusters(MeshService service, @Nullable Document rule) {
    Object input =
        service.definition().resolution() == ServiceDefinition.Resolution.DNS
            ? service
            : service.definition();
    return clusters.get(() -> ClusterCompiler.clusters(service, rule), "", input, key(rule));
  }

  private Collection<Resource> outbound() {
    return listeners.get(() -> ListenerCompiler.outbound(mesh), "", definitions().toArray());
  }

  private Object[] routeInputs() {
    List<Object> inputs = definitions();
    inputs.addAll(mesh.virtualServices());
    return inputs.toArray();
  }

  private List<Object> definitions() {
    List<Object> definitions = new ArrayList<>();
    mesh.services().values().forEach(service -> definitions.add(service.definition()));
    return definitions;
  }

  private static Object key(@Nullable Document rule) {
    return rule == null ? NO_RULE : rule;
  }

  /** Clusters that routes to the outside and inbound chains name. */
  private static List<Resource> builtin(List<InboundCompiler.Port> inbound) {
    List<Resource> all = new ArrayList<>();
    all.add(
        Resource.of(
            "BlackHoleCluster",
            cluster("BlackHoleCluster").setType(Cluster.DiscoveryType.STATIC).build()));
    all.add(originalDestination(RouteTables.PASSTHROUGH));
    all.add(originalDestination("InboundPassthroughCluster"));
    inbound.forEach(port -> all.add(originalDestination(InboundCompiler.cluster(port))));
    return all;
  }

  private static Resource originalDestination(String name) {
    UInt32Value unlimited = UInt32Value.of(-1);
    return Resource.of(
        name,
        cluster(name)
            .setType(Cluster.DiscoveryType.ORIGINAL_DST)
            .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
            .setCircuitBreakers(
                CircuitBreakers.newBuilder()
                    .addThresholds(
                        CircuitBreakers.Thresholds.newBuilder()
                            .setMaxConnections(unlimited)
                            .setMaxPendingRequests(unlimited)
                            .setMaxRequests(unlimited)
                            .setMaxRetries(unlimited)))
            .build());
  }

  private static Cluster.Builder cluster(String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setAltStatName(name + ";")
        .setConnectTimeout(Duration.newBuilder().setSeconds(10));
  }
}

package dev.weft.control.compile;

import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import dev.weft.control.source.DestinationRule;
import dev.weft.control.source.DestinationRule.LocalitySetting;
import dev.weft.control.source.DestinationRule.Subset;
import dev.weft.control.source.DestinationRule.TrafficPolicy;
import dev.weft.control.source.Document;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints of a service's clusters, grouped by priority and locality.
 *
 * <p>Priority: label {@code weft.dev/priority} where given; else, as Istio does, by nearness to the
 * client when the rule ejects outliers and locality load balancing is not switched off; else 0.
 */
final class EndpointCompiler {
  private EndpointCompiler() {}

  /**
   * How a client sees endpoints.
   *
   * @param labels of the subset
   * @param failover null: locality makes no priorities
   */
  record View(Map<String, String> labels, String locality, @Nullable LocalitySetting failover) {
    static final View ALL = new View(Map.of(), "", null);
  }

  private record Group(int priority, String locality) implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      return priority != other.priority
          ? Integer.compare(priority, other.priority)
          : locality.compareTo(other.locality);
    }
  }

  static List<Resource> assignments(
      MeshService service, @Nullable Document rule, String clientLocality) {
    List<Resource> assignments = new ArrayList<>();
    if (service.definition().resolution() != ServiceDefinition.Resolution.EDS) {
      return assignments;
    }
    DestinationRule spec = rule == null ? null : (DestinationRule) rule.spec();
    TrafficPolicy base = spec == null ? TrafficPolicy.NONE : spec.policy();
    String host = service.definition().host();
    for (ServiceDefinition.Port port : service.definition().ports()) {
      int number = port.number();
      View whole =
          new View(Map.of(), clientLocality, failover(base.over(TrafficPolicy.NONE, number)));
      String name = ClusterCompiler.name(number, "", host);
      assignments.add(Resource.of(name, assignment(service, number, name, whole)));
      if (spec != null) {
        for (Subset subset : spec.subsets()) {
          View view =
              new View(
                  subset.labels(), clientLocality, failover(subset.policy().over(base, number)));
          String part = ClusterCompiler.name(number, subset.name(), host);
          assignments.add(Resource.of(part, assignment(service, number, part, view)));
        }
      }
    }
    return assignments;
  }

  private static @Nullable LocalitySetting failover(TrafficPolicy policy) {
    if (policy.outlierDetection() == null) {
      return null;
    }
    LocalitySetting setting =
        policy.loadBalancer() == null ? null : policy.loadBalancer().locality();
    if (setting == null) {
      return new LocalitySetting(true, Map.of());
    }
    return setting.enabled() ? setting : null;
  }

  static ClusterLoadAssignment assignment(MeshService service, int port, String name, View view) {
    Map<Group, List<LbEndpoint>> groups = new TreeMap<>();
    for (MeshEndpoint endpoint : service.endpoints()) {
      Integer target = endpoint.ports().get(port);
      if (target == null || !endpoint.labels().entrySet().containsAll(view.labels().entrySet())) {
        continue;
      }
      groups
          .computeIfAbsent(
              new Group(priority(endpoint, view), endpoint.locality()), g -> new ArrayList<>())
          .add(endpoint(endpoint, target));
    }
    List<Integer> priorities =
        List.copyOf(new TreeSet<>(groups.keySet().stream().map(Group::priority).toList()));
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(name);
    groups.forEach(
        (group, endpoints) ->
            assignment.addEndpoints(
                LocalityLbEndpoints.newBuilder()
                    .setLocality(Localities.proto(group.locality()))
                    .setPriority(priorities.indexOf(group.priority()))
                    .setLoadBalancingWeight(UInt32Value.of(weight(endpoints)))
                    .addAllLbEndpoints(endpoints)));
    return assignment.build();
  }

  private static int priority(MeshEndpoint endpoint, View view) {
    if (endpoint.priority() >= 0) {
      return endpoint.priority();
    }
    return view.failover() == null
        ? 0
        : Localities.distance(view.locality(), endpoint.locality(), view.failover());
  }

  private static int weight(List<LbEndpoint> endpoints) {
    long sum = 0;
    for (LbEndpoint endpoint : endpoints) {
      sum += endpoint.getLoadBalancingWeight().getValue();
    }
    return (int) Math.min(Integer.MAX_VALUE, sum);
  }

  private static LbEndpoint endpoint(MeshEndpoint endpoint, int port) {
    Metadata.Builder metadata =
        Metadata.newBuilder()
            .putFilterMetadata(
                "istio",
                Struct.newBuilder()
                    .putFields("workload", Protos.text(endpoint.workload()))
                    .build());
    if (endpoint.tlsPorts().contains(port)) {
      metadata.putFilterMetadata(
          "envoy.transport_socket_match",
          Struct.newBuilder().putFields("tlsMode", Protos.text("istio")).build());
    }
    LbEndpoint.Builder built =
        LbEndpoint.newBuilder()
            .setEndpoint(Endpoint.newBuilder().setAddress(address(endpoint.address(), port)))
            .setLoadBalancingWeight(UInt32Value.of(endpoint.weight()))
            .setMetadata(metadata);
    if (!endpoint.healthy()) {
      built.setHealthStatus(HealthStatus.UNHEALTHY);
    }
    return built.build();
  }

  static Address address(String host, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
        .build();
  }
}

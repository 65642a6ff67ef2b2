package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import dev.weft.control.source.DestinationRule;
import dev.weft.control.source.DestinationRule.ConnectionPool;
import dev.weft.control.source.DestinationRule.LoadBalancer;
import dev.weft.control.source.DestinationRule.Subset;
import dev.weft.control.source.DestinationRule.TlsMode;
import dev.weft.control.source.DestinationRule.TrafficPolicy;
import dev.weft.control.source.Document;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.v3.Percent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clusters of a service: {@code outbound|PORT|SUBSET|HOST}, defaults as Istio's.
 *
 * <p>Source: {@code envoy.config.cluster.v3.Cluster}.
 */
final class ClusterCompiler {
  private static final int UNLIMITED = -1; // uint32 4294967295
  private static final Duration CONNECT_TIMEOUT = Duration.newBuilder().setSeconds(10).build();

  private ClusterCompiler() {}

  static String name(int port, String subset, String host) {
    return "outbound|" + port + "|" + subset + "|" + host;
  }

  /** Clusters of every port, whole and by subset. */
  static List<Resource> clusters(MeshService service, @Nullable Document rule) {
    List<Resource> clusters = new ArrayList<>();
    DestinationRule spec = rule == null ? null : (DestinationRule) rule.spec();
    TrafficPolicy base = spec == null ? TrafficPolicy.NONE : spec.policy();
    for (ServiceDefinition.Port port : service.definition().ports()) {
      TrafficPolicy whole = base.over(TrafficPolicy.NONE, port.number());
      clusters.add(cluster(service, port, "", whole, rule));
      if (spec != null) {
        for (Subset subset : spec.subsets()) {
          clusters.add(
              cluster(
                  service, port, subset.name(), subset.policy().over(base, port.number()), rule));
        }
      }
    }
    return clusters;
  }

  private static Resource cluster(
      MeshService service,
      ServiceDefinition.Port port,
      String subset,
      TrafficPolicy policy,
      @Nullable Document rule) {
    ServiceDefinition definition = service.definition();
    String name = name(port.number(), subset, definition.host());
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setAltStatName(name + ";")
            .setConnectTimeout(CONNECT_TIMEOUT)
            .setMetadata(metadata(definition, subset, rule));
    discovery(cluster, service, port, subset);
    balance(cluster, definition, policy);
    limits(cluster, policy.connectionPool());
    outliers(cluster, policy.outlierDetection());
    if (port.protocol() == Protocol.HTTP2) {
      cluster.putTypedExtensionProtocolOptions(
          "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
          Any.pack(
              HttpProtocolOptions.newBuilder()
                  .setExplicitHttpConfig(
                      HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                          .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                  .build()));
    }
    tls(cluster, definition, port.protocol(), policy.tls());
    return Resource.of(name, cluster.build());
  }

  private static void discovery(
      Cluster.Builder cluster, MeshService service, ServiceDefinition.Port port, String subset) {
    switch (service.definition().resolution()) {
      case EDS ->
          cluster
              .setType(Cluster.DiscoveryType.EDS)
              .setEdsClusterConfig(
                  Cluster.EdsClusterConfig.newBuilder()
                      .setServiceName(cluster.getName())
                      .setEdsConfig(TlsSockets.ads()));
      case DNS ->
          cluster
              .setType(Cluster.DiscoveryType.STRICT_DNS)
              .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
              .setLoadAssignment(
                  EndpointCompiler.assignment(
                      service, port.number(), cluster.getName(), EndpointCompiler.View.ALL));
      case ORIGINAL ->
          cluster
              .setType(Cluster.DiscoveryType.ORIGINAL_DST)
              .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    }
  }

  private static void balance(
      Cluster.Builder cluster, ServiceDefinition definition, TrafficPolicy policy) {
    Cluster.CommonLbConfig.Builder common =
        Cluster.CommonLbConfig.newBuilder()
            .setHealthyPanicThreshold(Percent.newBuilder().setValue(panic(policy)));
    LoadBalancer balancer = policy.loadBalancer();
    if (definition.resolution() != ServiceDefinition.Resolution.ORIGINAL) {
      DestinationRule.Simple simple = balancer == null ? null : balancer.simple();
      cluster.setLbPolicy(
          simple == null
              ? Cluster.LbPolicy.LEAST_REQUEST
              : switch (simple) {
                case ROUND_ROBIN -> Cluster.LbPolicy.ROUND_ROBIN;
                case LEAST_REQUEST -> Cluster.LbPolicy.LEAST_REQUEST;
                case RANDOM -> Cluster.LbPolicy.RANDOM;
              });
    }
    if (balancer != null && balancer.locality() != null && balancer.locality().enabled()) {
      common.setLocalityWeightedLbConfig(
          Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    }
    cluster.setCommonLbConfig(common);
  }

  private static int panic(TrafficPolicy policy) {
    var outliers = policy.outlierDetection();
    return outliers == null || outliers.minHealthPercent() == null
        ? 0
        : outliers.minHealthPercent();
  }

  private static void limits(Cluster.Builder cluster, @Nullable ConnectionPool pool) {
    CircuitBreakers.Thresholds.Builder thresholds =
        CircuitBreakers.Thresholds.newBuilder()
            .setMaxConnections(limit(pool == null ? null : pool.maxConnections()))
            .setMaxPendingRequests(limit(pool == null ? null : pool.maxPendingRequests()))
            .setMaxRequests(limit(pool == null ? null : pool.maxRequests()))
            .setMaxRetries(limit(pool == null ? null : pool.maxRetries()));
    cluster.setCircuitBreakers(CircuitBreakers.newBuilder().addThresholds(thresholds));
    if (pool != null && pool.connectTimeout() != null) {
      cluster.setConnectTimeout(Protos.duration(pool.connectTimeout()));
    }
  }

  private static UInt32Value limit(@Nullable Integer value) {
    return UInt32Value.of(value == null ? UNLIMITED : value);
  }

  /** As Istio: ejection by success rate is off, by consecutive errors fully enforced. */
  private static void outliers(
      Cluster.Builder cluster, DestinationRule.@Nullable OutlierDetection rule) {
    if (rule == null) {
      return;
    }
    OutlierDetection.Builder outliers =
        OutlierDetection.newBuilder().setEnforcingSuccessRate(UInt32Value.of(0));
    if (rule.consecutive5xx() != null) {
      outliers.setConsecutive5Xx(UInt32Value.of(rule.consecutive5xx()));
      outliers.setEnforcingConsecutive5Xx(UInt32Value.of(rule.consecutive5xx() > 0 ? 100 : 0));
    }
    if (rule.consecutiveGateway() != null) {
      outliers.setConsecutiveGatewayFailure(UInt32Value.of(rule.consecutiveGateway()));
      outliers.setEnforcingConsecutiveGatewayFailure(
          UInt32Value.of(rule.consecutiveGateway() > 0 ? 100 : 0));
    }
    if (rule.interval() != null) {
      outliers.setInterval(Protos.duration(rule.interval()));
    }
    if (rule.baseEjection() != null) {
      outliers.setBaseEjectionTime(Protos.duration(rule.baseEjection()));
    }
    if (rule.maxEjectionPercent() != null) {
      outliers.setMaxEjectionPercent(UInt32Value.of(rule.maxEjectionPercent()));
    }
    cluster.setOutlierDetection(outliers);
  }

  private static void tls(
      Cluster.Builder cluster,
      ServiceDefinition definition,
      Protocol protocol,
      @Nullable TlsMode mode) {
    if (mode == TlsMode.ISTIO_MUTUAL) {
      cluster.setTransportSocket(TlsSockets.mutual(definition, protocol));
    } else if (mode == null
        && !definition.external()
        && definition.resolution() == ServiceDefinition.Resolution.EDS) {
      cluster.addAllTransportSocketMatches(TlsSockets.auto(definition, protocol));
    }
  }

  private static Metadata metadata(
      ServiceDefinition definition, String subset, @Nullable Document rule) {
    Struct.Builder istio = Struct.newBuilder();
    if (rule != null) {
      istio.putFields("config", Protos.text(Protos.path(rule)));
    }
    if (!subset.isEmpty()) {
      istio.putFields("subset", Protos.text(subset));
    }
    if (definition.external()) {
      istio.putFields("external", Value.newBuilder().setBoolValue(true).build());
    }
    Struct service =
        Struct.newBuilder()
            .putFields("host", Protos.text(definition.host()))
            .putFields("name", Protos.text(definition.host()))
            .putFields("namespace", Protos.text(definition.namespace()))
            .build();
    istio.putFields(
        "services",
        Value.newBuilder()
            .setListValue(
                ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(service)))
            .build());
    Metadata.Builder metadata = Metadata.newBuilder().putFilterMetadata("istio", istio.build());
    if (definition.jdbcPrimary()) {
      metadata.putFilterMetadata(
          "dev.weft",
          Struct.newBuilder()
              .putFields("jdbcPrimary", Value.newBuilder().setBoolValue(true).build())
              .build());
    }
    return metadata.build();
  }
}

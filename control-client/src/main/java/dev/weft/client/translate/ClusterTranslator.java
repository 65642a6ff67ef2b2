package dev.weft.client.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Value;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.LoadBalancing;
import dev.weft.model.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Filter;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.cluster.v3.Cluster}. */
public final class ClusterTranslator {
  private static final String HTTP_OPTIONS =
      "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  /** Istio's telemetry, which we do ourselves. */
  private static final Set<String> OWN_TELEMETRY = Set.of("istio.metadata_exchange", "istio.stats");

  private static final MessageFields SLOW_START =
      new MessageFields().known(Cluster.SlowStartConfig.SLOW_START_WINDOW_FIELD_NUMBER);
  private static final MessageFields FIELDS =
      new MessageFields()
          .known(
              Cluster.NAME_FIELD_NUMBER,
              Cluster.TYPE_FIELD_NUMBER,
              Cluster.LOAD_ASSIGNMENT_FIELD_NUMBER,
              Cluster.CONNECT_TIMEOUT_FIELD_NUMBER,
              Cluster.LB_POLICY_FIELD_NUMBER,
              Cluster.TRANSPORT_SOCKET_FIELD_NUMBER,
              Cluster.TRANSPORT_SOCKET_MATCHES_FIELD_NUMBER,
              Cluster.TYPED_EXTENSION_PROTOCOL_OPTIONS_FIELD_NUMBER,
              Cluster.HTTP2_PROTOCOL_OPTIONS_FIELD_NUMBER,
              Cluster.CIRCUIT_BREAKERS_FIELD_NUMBER,
              Cluster.EDS_CLUSTER_CONFIG_FIELD_NUMBER,
              Cluster.RING_HASH_LB_CONFIG_FIELD_NUMBER,
              Cluster.MAGLEV_LB_CONFIG_FIELD_NUMBER,
              Cluster.METADATA_FIELD_NUMBER,
              Cluster.FILTERS_FIELD_NUMBER,
              // Names of statistics are ours; names are resolved by the JVM's own resolver.
              Cluster.ALT_STAT_NAME_FIELD_NUMBER,
              Cluster.DNS_JITTER_FIELD_NUMBER,
              Cluster.DNS_LOOKUP_FAMILY_FIELD_NUMBER,
              Cluster.DNS_REFRESH_RATE_FIELD_NUMBER,
              Cluster.RESPECT_DNS_TTL_FIELD_NUMBER,
              Cluster.TYPED_DNS_RESOLVER_CONFIG_FIELD_NUMBER,
              Cluster.CLEANUP_INTERVAL_FIELD_NUMBER)
          .nested(Cluster.OUTLIER_DETECTION_FIELD_NUMBER, OutlierTranslator.FIELDS)
          .nested(
              Cluster.LEAST_REQUEST_LB_CONFIG_FIELD_NUMBER,
              new MessageFields()
                  .known(
                      Cluster.LeastRequestLbConfig.CHOICE_COUNT_FIELD_NUMBER,
                      Cluster.LeastRequestLbConfig.ACTIVE_REQUEST_BIAS_FIELD_NUMBER)
                  .nested(Cluster.LeastRequestLbConfig.SLOW_START_CONFIG_FIELD_NUMBER, SLOW_START))
          .nested(
              Cluster.ROUND_ROBIN_LB_CONFIG_FIELD_NUMBER,
              new MessageFields()
                  .nested(Cluster.RoundRobinLbConfig.SLOW_START_CONFIG_FIELD_NUMBER, SLOW_START))
          .nested(
              Cluster.COMMON_LB_CONFIG_FIELD_NUMBER,
              new MessageFields()
                  .known(Cluster.CommonLbConfig.HEALTHY_PANIC_THRESHOLD_FIELD_NUMBER));
  private static final MessageFields OPTIONS =
      new MessageFields()
          .known(HttpProtocolOptions.USE_DOWNSTREAM_PROTOCOL_CONFIG_FIELD_NUMBER)
          .nested(
              HttpProtocolOptions.EXPLICIT_HTTP_CONFIG_FIELD_NUMBER,
              new MessageFields()
                  .known(
                      HttpProtocolOptions.ExplicitHttpConfig.HTTP_PROTOCOL_OPTIONS_FIELD_NUMBER,
                      HttpProtocolOptions.ExplicitHttpConfig.HTTP2_PROTOCOL_OPTIONS_FIELD_NUMBER));

  private ClusterTranslator() {}

  /**
   * A cluster and, unless its endpoints come by EDS, its endpoints.
   *
   * @param inline null for EDS
   */
  public record Translated(
      dev.weft.model.Cluster cluster, @Nullable ClusterLoadAssignment inline) {}

  /**
   * Whether the cluster is the way from a sidecar to its own application, which does not exist
   * inside the application.
   */
  public static boolean inbound(String name) {
    return name.startsWith("inbound|") || name.equals("InboundPassthroughCluster");
  }

  /** Translates. */
  public static Translated translate(Cluster c, Findings findings) throws TranslationException {
    if (c.getName().isEmpty()) {
      throw new TranslationException("a Cluster has no name; name it");
    }
    FIELDS.scan(c.toByteString(), "Cluster", Cluster::getDescriptor, findings::unsupported);
    for (Filter filter : c.getFiltersList()) {
      if (!OWN_TELEMETRY.contains(filter.getName())) {
        findings.unsupported("Cluster.filters[" + filter.getName() + "]");
      }
    }
    boolean eds = c.getType() == Cluster.DiscoveryType.EDS;
    if (c.getClusterDiscoveryTypeCase() == Cluster.ClusterDiscoveryTypeCase.CLUSTER_TYPE) {
      throw new TranslationException(
          "Cluster "
              + c.getName()
              + " has cluster_type "
              + c.getClusterType().getName()
              + "; use EDS, STATIC, STRICT_DNS, LOGICAL_DNS or ORIGINAL_DST");
    }
    String assignment = c.getName();
    if (eds && !c.getEdsClusterConfig().getServiceName().isEmpty()) {
      assignment = c.getEdsClusterConfig().getServiceName();
    }
    dev.weft.model.Cluster cluster =
        new dev.weft.model.Cluster(
            c.getName(),
            assignment,
            loadBalancing(c),
            Shares.duration("connect_timeout", c.getConnectTimeout()),
            limits(c.getCircuitBreakers(), findings),
            c.hasOutlierDetection()
                ? OutlierTranslator.translate(c.getOutlierDetection(), findings)
                : null,
            UpstreamTlsTranslator.translate(c),
            http2(c, findings),
            requiresPrimary(c),
            slowStart(c),
            panicPercent(c));
    ClusterLoadAssignment inline =
        eds ? null : AssignmentTranslator.translate(c.getLoadAssignment(), c.getName(), findings);
    return new Translated(cluster, inline);
  }

  private static LoadBalancing loadBalancing(Cluster c) throws TranslationException {
    if (c.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      return new LoadBalancing.OriginalDestination();
    }
    return switch (c.getLbPolicy()) {
      case ROUND_ROBIN -> new LoadBalancing.RoundRobin();
      case LEAST_REQUEST -> {
        var config = c.getLeastRequestLbConfig();
        int choices = config.hasChoiceCount() ? config.getChoiceCount().getValue() : 2;
        double bias =
            config.hasActiveRequestBias() ? config.getActiveRequestBias().getDefaultValue() : 1.0;
        // More picks than 64 tell nothing more about the load.
        yield new LoadBalancing.LeastRequest(Math.max(2, Math.min(64, choices)), bias);
      }
      case RANDOM -> new LoadBalancing.Random();
      case RING_HASH -> {
        var config = c.getRingHashLbConfig();
        yield new LoadBalancing.RingHash(
            config.hasMinimumRingSize() ? config.getMinimumRingSize().getValue() : 1024,
            config.hasMaximumRingSize() ? config.getMaximumRingSize().getValue() : 8_388_608);
      }
      case MAGLEV ->
          new LoadBalancing.Maglev(
              c.getMaglevLbConfig().hasTableSize()
                  ? (int) c.getMaglevLbConfig().getTableSize().getValue()
                  : 65_537);
      case CLUSTER_PROVIDED, LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED ->
          throw new TranslationException(
              "Cluster "
                  + c.getName()
                  + " has lb_policy "
                  + c.getLbPolicy()
                  + "; use ROUND_ROBIN, LEAST_REQUEST, RANDOM, RING_HASH or MAGLEV");
    };
  }

  private static Limits limits(CircuitBreakers breakers, Findings findings) {
    Limits limits = Limits.NONE;
    for (CircuitBreakers.Thresholds t : breakers.getThresholdsList()) {
      if (t.getPriority() != RoutingPriority.DEFAULT) {
        findings.unsupported("Cluster.circuit_breakers.thresholds[" + t.getPriority() + "]");
        continue;
      }
      if (t.hasRetryBudget()) {
        findings.unsupported("Cluster.circuit_breakers.thresholds.retry_budget");
      }
      // Absent means unlimited here, not Envoy's 1024: nobody asked for a limit.
      limits =
          new Limits(
              limit(t.hasMaxConnections(), t.getMaxConnections().getValue()),
              limit(t.hasMaxPendingRequests(), t.getMaxPendingRequests().getValue()),
              limit(t.hasMaxRequests(), t.getMaxRequests().getValue()),
              limit(t.hasMaxRetries(), t.getMaxRetries().getValue()));
    }
    return limits;
  }

  private static int limit(boolean set, int value) {
    return set ? Shares.unsigned(value) : Integer.MAX_VALUE;
  }

  @SuppressWarnings("deprecation") // istiod sends the new place, other servers the old one.
  private static boolean http2(Cluster c, Findings findings) throws TranslationException {
    boolean http2 = c.hasHttp2ProtocolOptions();
    for (Map.Entry<String, Any> entry : c.getTypedExtensionProtocolOptionsMap().entrySet()) {
      if (!entry.getValue().getTypeUrl().equals(HTTP_OPTIONS)) {
        findings.unsupported("Cluster.typed_extension_protocol_options[" + entry.getKey() + "]");
        continue;
      }
      HttpProtocolOptions options = Unpacked.of(entry.getValue(), HttpProtocolOptions.parser());
      OPTIONS.scan(
          entry.getValue().getValue(),
          "HttpProtocolOptions",
          HttpProtocolOptions::getDescriptor,
          findings::unsupported);
      http2 |= options.getExplicitHttpConfig().hasHttp2ProtocolOptions();
    }
    return http2;
  }

  /** Ours, see docs/control-protocol.md. */
  private static boolean requiresPrimary(Cluster c) {
    var weft = c.getMetadata().getFilterMetadataMap().get("dev.weft");
    return weft != null
        && weft.getFieldsOrDefault("jdbcPrimary", Value.getDefaultInstance()).getBoolValue();
  }

  private static Duration slowStart(Cluster c) throws TranslationException {
    return Shares.duration(
        "slow_start_window",
        c.getLbPolicy() == Cluster.LbPolicy.LEAST_REQUEST
            ? c.getLeastRequestLbConfig().getSlowStartConfig().getSlowStartWindow()
            : c.getRoundRobinLbConfig().getSlowStartConfig().getSlowStartWindow());
  }

  /** Envoy's default is 50; Istio writes 0. */
  private static int panicPercent(Cluster c) {
    var config = c.getCommonLbConfig();
    return config.hasHealthyPanicThreshold()
        ? (int) Math.max(0, Math.min(100, config.getHealthyPanicThreshold().getValue()))
        : 50;
  }
}

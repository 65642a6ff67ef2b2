package dev.weft.client.translate;

import dev.weft.model.Endpoint;
import dev.weft.model.Locality;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code envoy.config.endpoint.v3.ClusterLoadAssignment} and Istio's endpoint metadata. */
public final class AssignmentTranslator {
  private static final int DEFAULT_OVERPROVISIONING = 140;
  private static final MessageFields FIELDS =
      new MessageFields()
          .known(ClusterLoadAssignment.CLUSTER_NAME_FIELD_NUMBER)
          .nested(
              ClusterLoadAssignment.POLICY_FIELD_NUMBER,
              new MessageFields()
                  .known(ClusterLoadAssignment.Policy.OVERPROVISIONING_FACTOR_FIELD_NUMBER))
          .nested(
              ClusterLoadAssignment.ENDPOINTS_FIELD_NUMBER,
              new MessageFields()
                  .known(
                      LocalityLbEndpoints.LOCALITY_FIELD_NUMBER,
                      LocalityLbEndpoints.PRIORITY_FIELD_NUMBER,
                      LocalityLbEndpoints.LOAD_BALANCING_WEIGHT_FIELD_NUMBER,
                      LocalityLbEndpoints.METADATA_FIELD_NUMBER)
                  .nested(
                      LocalityLbEndpoints.LB_ENDPOINTS_FIELD_NUMBER,
                      new MessageFields()
                          .known(
                              LbEndpoint.HEALTH_STATUS_FIELD_NUMBER,
                              LbEndpoint.METADATA_FIELD_NUMBER,
                              LbEndpoint.LOAD_BALANCING_WEIGHT_FIELD_NUMBER)
                          .nested(
                              LbEndpoint.ENDPOINT_FIELD_NUMBER,
                              new MessageFields()
                                  .known(
                                      io.envoyproxy.envoy.config.endpoint.v3.Endpoint
                                          .ADDRESS_FIELD_NUMBER,
                                      io.envoyproxy.envoy.config.endpoint.v3.Endpoint
                                          .HOSTNAME_FIELD_NUMBER))));

  /** Endpoints of one workload look alike; one record serves them all. */
  private final Map<String, Endpoint.Workload> workloads = new HashMap<>();

  private final Findings findings;

  private AssignmentTranslator(Findings findings) {
    this.findings = findings;
  }

  /** Translates; an endpoint without a socket address is set aside. */
  public static dev.weft.model.ClusterLoadAssignment translate(
      ClusterLoadAssignment a, String name, Findings findings) throws TranslationException {
    return new AssignmentTranslator(findings).assignment(a, name);
  }

  private dev.weft.model.ClusterLoadAssignment assignment(ClusterLoadAssignment a, String name)
      throws TranslationException {
    FIELDS.scan(
        a.toByteString(),
        "ClusterLoadAssignment",
        ClusterLoadAssignment::getDescriptor,
        findings::unsupported);
    List<dev.weft.model.ClusterLoadAssignment.LocalityEndpoints> localities =
        new ArrayList<>(a.getEndpointsCount());
    for (LocalityLbEndpoints l : a.getEndpointsList()) {
      List<Endpoint> endpoints = new ArrayList<>(l.getLbEndpointsCount());
      for (LbEndpoint e : l.getLbEndpointsList()) {
        endpoint(name, e, endpoints);
      }
      localities.add(
          new dev.weft.model.ClusterLoadAssignment.LocalityEndpoints(
              new Locality(
                  l.getLocality().getRegion(),
                  l.getLocality().getZone(),
                  l.getLocality().getSubZone()),
              l.getPriority(),
              Shares.unsigned(l.getLoadBalancingWeight().getValue()),
              endpoints));
    }
    int factor =
        a.getPolicy().hasOverprovisioningFactor()
            ? Shares.unsigned(a.getPolicy().getOverprovisioningFactor().getValue())
            : DEFAULT_OVERPROVISIONING;
    return new dev.weft.model.ClusterLoadAssignment(name, localities, factor);
  }

  private void endpoint(String name, LbEndpoint e, List<Endpoint> into) {
    var address = e.getEndpoint().getAddress();
    SocketAddress socket = address.getSocketAddress();
    if (!address.hasSocketAddress()
        || socket.getPortSpecifierCase() != SocketAddress.PortSpecifierCase.PORT_VALUE) {
      findings.setAside(
          "Endpoint of " + name,
          "its address is "
              + address.getAddressCase()
              + "; only socket addresses with a port number can be dialled. It gets no calls.");
      return;
    }
    Metadata metadata = e.getMetadata();
    int weight =
        e.hasLoadBalancingWeight() ? Shares.unsigned(e.getLoadBalancingWeight().getValue()) : 1;
    into.add(
        new Endpoint(
            socket.getAddress(),
            socket.getPortValue(),
            weight,
            health(e.getHealthStatus()),
            text(metadata, "envoy.transport_socket_match", "tlsMode").equals("istio"),
            workloads.computeIfAbsent(
                text(metadata, "istio", "workload"), AssignmentTranslator::workload)));
  }

  private static Endpoint.Health health(HealthStatus status) {
    return switch (status) {
      case UNKNOWN, HEALTHY, UNRECOGNIZED -> Endpoint.Health.HEALTHY;
      case DEGRADED -> Endpoint.Health.DEGRADED;
      case DRAINING -> Endpoint.Health.DRAINING;
      case UNHEALTHY, TIMEOUT -> Endpoint.Health.UNHEALTHY;
    };
  }

  private static String text(Metadata metadata, String filter, String key) {
    var struct = metadata.getFilterMetadataMap().get(filter);
    var value = struct == null ? null : struct.getFieldsMap().get(key);
    return value == null ? "" : value.getStringValue();
  }

  /** {@code name;namespace;canonical name;revision;cluster}. */
  private static Endpoint.Workload workload(String text) {
    if (text.isEmpty()) {
      return Endpoint.Workload.UNKNOWN;
    }
    String[] parts = text.split(";", -1);
    return new Endpoint.Workload(
        part(parts, 0), part(parts, 1), part(parts, 2), part(parts, 3), part(parts, 4));
  }

  private static String part(String[] parts, int index) {
    return index < parts.length ? parts[index].intern() : "";
  }
}

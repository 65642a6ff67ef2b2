package dev.weft.client;

import dev.weft.model.Locality;
import java.util.List;
import java.util.Map;

/**
 * What this JVM is and serves. Becomes the ADS node (id {@code
 * sidecar~ADDRESS~INSTANCE.NS~NS.svc.cluster.local} and metadata, as Istio sidecars send them) and
 * the {@code weft.v1.Announce}.
 *
 * @param instanceId unique per JVM start
 * @param service may be empty: a pure client, which is not registered as an endpoint
 * @param address under which peers reach this JVM
 * @param ports what it serves; may be empty
 * @param metricsAddress {@code host:port} of the agent's admin endpoint, or empty
 */
public record NodeFacts(
    String instanceId,
    String service,
    String namespace,
    String serviceAccount,
    String address,
    List<Port> ports,
    Map<String, String> labels,
    Locality locality,
    Health health,
    String agentVersion,
    long pid,
    String hostName,
    String metricsAddress) {
  public NodeFacts {
    ports = List.copyOf(ports);
    labels = Map.copyOf(labels);
  }

  /** A small start for callers that know little: no ports, no labels, healthy. */
  public static NodeFacts of(
      String instanceId, String service, String namespace, String serviceAccount, String address) {
    return new NodeFacts(
        instanceId,
        service,
        namespace,
        serviceAccount,
        address,
        List.of(),
        Map.of(),
        Locality.UNKNOWN,
        Health.HEALTHY,
        "",
        ProcessHandle.current().pid(),
        "",
        "");
  }

  /** The same with other ports. */
  public NodeFacts withPorts(List<Port> newPorts) {
    return copy(newPorts, health);
  }

  /** The same with another health. */
  public NodeFacts withHealth(Health newHealth) {
    return copy(ports, newHealth);
  }

  private NodeFacts copy(List<Port> newPorts, Health newHealth) {
    return new NodeFacts(
        instanceId,
        service,
        namespace,
        serviceAccount,
        address,
        newPorts,
        labels,
        locality,
        newHealth,
        agentVersion,
        pid,
        hostName,
        metricsAddress);
  }

  /**
   * A port that is served.
   *
   * @param port under which clients dial the service
   * @param targetPort that the JVM listens on
   * @param protocol {@code http}, {@code http2}, {@code grpc} or {@code tcp}
   * @param name may be empty
   * @param tlsReady the hook on this port has proven that it takes mTLS
   */
  public record Port(int port, int targetPort, String protocol, String name, boolean tlsReady) {}

  /** {@code weft.v1.Health}. */
  public enum Health {
    HEALTHY,
    DRAINING,
    UNHEALTHY
  }
}

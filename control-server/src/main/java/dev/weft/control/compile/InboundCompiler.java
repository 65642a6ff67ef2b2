package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import dev.weft.control.register.Instance;
import dev.weft.control.source.PeerAuthentication.Mode;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * {@code virtualInbound} of a node: filter chains per port, then those for any other port.
 *
 * <p>STRICT: one chain that requires mTLS. PERMISSIVE: one for mesh mTLS (by Istio's ALPNs), one
 * for plaintext, and for TCP one that passes foreign TLS on. DISABLE: one without TLS.
 */
final class InboundCompiler {
  private static final List<String> MESH_ALPNS =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final int PORT = 15006;

  private InboundCompiler() {}

  /**
   * What a node takes.
   *
   * @param others mode of ports that are not among {@code ports}
   */
  record Inbound(List<Port> ports, Mode others) {}

  /** A port that the node's application serves, and how it takes connections. */
  record Port(int target, Protocol protocol, Mode mode) {}

  static Resource listener(String trustDomain, Inbound inbound) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName("virtualInbound")
            .setAddress(EndpointCompiler.address("0.0.0.0", PORT))
            .setTrafficDirection(TrafficDirection.INBOUND)
            .setBindToPort(BoolValue.of(false))
            .setListenerFiltersTimeout(Duration.getDefaultInstance())
            .setContinueOnListenerFiltersTimeout(true)
            .addListenerFilters(
                ListenerFilter.newBuilder()
                    .setName("envoy.filters.listener.original_dst")
                    .setTypedConfig(Any.pack(OriginalDst.getDefaultInstance())))
            .addListenerFilters(
                ListenerFilter.newBuilder()
                    .setName("envoy.filters.listener.tls_inspector")
                    .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance())));
    listener.addAllFilterChains(chains(trustDomain, new Port(0, Protocol.TCP, inbound.others())));
    for (Port port : inbound.ports()) {
      listener.addAllFilterChains(chains(trustDomain, port));
    }
    return Resource.of("virtualInbound", listener.build());
  }

  private static List<FilterChain> chains(String trustDomain, Port port) {
    List<FilterChain> chains = new ArrayList<>();
    switch (port.mode()) {
      case STRICT ->
          chains.add(
              chain(port, match(port).setTransportProtocol("tls"))
                  .setTransportSocket(TlsSockets.inbound(trustDomain))
                  .build());
      case DISABLE -> chains.add(chain(port, match(port)).build());
      case PERMISSIVE -> {
        chains.add(
            chain(
                    port,
                    match(port).setTransportProtocol("tls").addAllApplicationProtocols(MESH_ALPNS))
                .setTransportSocket(TlsSockets.inbound(trustDomain))
                .build());
        if (!port.protocol().http()) {
          chains.add(chain(port, match(port).setTransportProtocol("tls")).build());
        }
        chains.add(chain(port, match(port).setTransportProtocol("raw_buffer")).build());
      }
    }
    return chains;
  }

  private static FilterChainMatch.Builder match(Port port) {
    FilterChainMatch.Builder match = FilterChainMatch.newBuilder();
    if (port.target() > 0) {
      match.setDestinationPort(UInt32Value.of(port.target()));
    }
    return match;
  }

  private static FilterChain.Builder chain(Port port, FilterChainMatch.Builder match) {
    return FilterChain.newBuilder()
        .setName(port.target() == 0 ? "virtualInbound" : "0.0.0.0_" + port.target())
        .setFilterChainMatch(match)
        .addFilters(filter(port));
  }

  private static Filter filter(Port port) {
    String cluster = cluster(port);
    if (!port.protocol().http()) {
      return ListenerCompiler.tcpProxy(cluster);
    }
    VirtualHost host =
        VirtualHost.newBuilder()
            .setName("inbound|http|" + port.target())
            .addDomains("*")
            .addRoutes(RouteCompiler.forwardAll("default", cluster, null))
            .build();
    return ListenerCompiler.filter(
        "envoy.filters.network.http_connection_manager",
        HttpConnectionManager.newBuilder()
            .setStatPrefix("inbound_0.0.0.0_" + port.target() + ";")
            .setRouteConfig(
                RouteConfiguration.newBuilder()
                    .setName(cluster)
                    .setValidateClusters(BoolValue.of(false))
                    .addVirtualHosts(host))
            .addHttpFilters(
                ListenerCompiler.httpFilter(
                    "envoy.filters.http.router", Router.getDefaultInstance()))
            .setStreamIdleTimeout(Duration.getDefaultInstance())
            .build());
  }

  static String cluster(Port port) {
    return port.target() == 0 ? "InboundPassthroughCluster" : "inbound|" + port.target() + "||";
  }

  /** The ports of a node: those of its registration, else of endpoints that have its address. */
  static Inbound of(Node node, Mesh mesh, Collection<Instance> instances) {
    for (Instance instance : instances) {
      if (instance.id().equals(node.instance())) {
        return registered(instance, mesh.peerModes());
      }
    }
    List<Port> ports = new ArrayList<>();
    Map<String, String> labels = node.labels();
    for (MeshService service : mesh.services().values()) {
      if (!service.definition().namespace().equals(node.namespace())) {
        continue;
      }
      for (MeshEndpoint endpoint : service.endpoints()) {
        if (node.ips().contains(endpoint.address())) {
          labels = endpoint.labels();
          add(ports, service.definition(), endpoint, mesh.peerModes());
        }
      }
    }
    return new Inbound(ports, mesh.peerModes().of(node.namespace(), labels, 0));
  }

  private static Inbound registered(Instance instance, PeerModes modes) {
    Map<String, String> labels = RegisteredServices.labels(instance.announce());
    String namespace = instance.announce().getNamespace();
    List<Port> ports = new ArrayList<>();
    for (var port : instance.announce().getPortsList()) {
      int target = port.getTargetPort();
      ports.add(
          new Port(target, Protocol.of(port.getProtocol()), modes.of(namespace, labels, target)));
    }
    return new Inbound(ports, modes.of(namespace, labels, 0));
  }

  private static void add(
      List<Port> ports, ServiceDefinition service, MeshEndpoint endpoint, PeerModes modes) {
    for (ServiceDefinition.Port port : service.ports()) {
      Integer target = endpoint.ports().get(port.number());
      if (target != null && ports.stream().noneMatch(p -> p.target() == target)) {
        ports.add(
            new Port(
                target, port.protocol(), modes.of(service.namespace(), endpoint.labels(), target)));
      }
    }
  }
}

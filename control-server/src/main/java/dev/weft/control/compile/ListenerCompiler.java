package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Outbound listeners: {@code 0.0.0.0_PORT} with routes for HTTP, {@code VIP_PORT} (or {@code
 * 0.0.0.0_PORT} without virtual address) for TCP. They bind no socket.
 *
 * <p>Source: {@code envoy.config.listener.v3.Listener}.
 */
final class ListenerCompiler {
  private ListenerCompiler() {}

  /** Ports on which some service speaks HTTP, sorted. Each has a listener and a route table. */
  static Collection<Integer> httpPorts(Mesh mesh) {
    TreeSet<Integer> ports = new TreeSet<>();
    for (MeshService service : mesh.services().values()) {
      for (ServiceDefinition.Port port : service.definition().ports()) {
        if (port.protocol().http()) {
          ports.add(port.number());
        }
      }
    }
    return ports;
  }

  /**
   * All outbound listeners. Where an HTTP port and a TCP port without virtual address meet, HTTP
   * has the listener; the TCP service is still found by its host name (finding WFT302).
   */
  static Collection<Resource> outbound(Mesh mesh) {
    Map<String, Resource> listeners = new LinkedHashMap<>();
    for (int port : httpPorts(mesh)) {
      String name = "0.0.0.0_" + port;
      listeners.put(name, http(name, port));
    }
    for (MeshService service : mesh.services().values()) {
      ServiceDefinition definition = service.definition();
      for (ServiceDefinition.Port port : definition.ports()) {
        if (port.protocol().http()) {
          continue;
        }
        String cluster = ClusterCompiler.name(port.number(), "", definition.host());
        List<String> addresses =
            definition.addresses().isEmpty() ? List.of("0.0.0.0") : definition.addresses();
        for (String address : addresses) {
          String name = address + "_" + port.number();
          listeners.computeIfAbsent(name, n -> tcp(n, address, port.number(), cluster));
        }
      }
    }
    return listeners.values();
  }

  private static Resource http(String name, int port) {
    return Resource.of(
        name,
        listener(name, "0.0.0.0", port)
            .addFilterChains(
                FilterChain.newBuilder()
                    .addFilters(
                        filter(
                            "envoy.filters.network.http_connection_manager",
                            manager("outbound_" + name + ";", String.valueOf(port)))))
            .setBindToPort(BoolValue.of(false))
            .build());
  }

  private static Resource tcp(String name, String address, int port, String cluster) {
    return Resource.of(
        name,
        listener(name, address, port)
            .addFilterChains(FilterChain.newBuilder().addFilters(tcpProxy(cluster)))
            .setBindToPort(BoolValue.of(false))
            .build());
  }

  /** An outbound listener that a real Envoy can open without interception of traffic. */
  static Resource forwardProxy(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    int port = Integer.parseInt(hostAndPort.substring(colon + 1));
    return Resource.of(
        "weft_outbound",
        listener("weft_outbound", hostAndPort.substring(0, colon), port)
            .addFilterChains(
                FilterChain.newBuilder()
                    .addFilters(
                        filter(
                            "envoy.filters.network.http_connection_manager",
                            manager("weft_outbound;", "weft_outbound"))))
            .build());
  }

  static Listener.Builder listener(String name, String address, int port) {
    return Listener.newBuilder()
        .setName(name)
        .setAddress(EndpointCompiler.address(address, port))
        .setTrafficDirection(TrafficDirection.OUTBOUND);
  }

  private static HttpConnectionManager manager(String stat, String routes) {
    return HttpConnectionManager.newBuilder()
        .setStatPrefix(stat)
        .setRds(Rds.newBuilder().setConfigSource(TlsSockets.ads()).setRouteConfigName(routes))
        .addHttpFilters(httpFilter("envoy.filters.http.fault", HTTPFault.getDefaultInstance()))
        .addHttpFilters(httpFilter("envoy.filters.http.router", Router.getDefaultInstance()))
        .setNormalizePath(BoolValue.of(true))
        .setStreamIdleTimeout(Duration.getDefaultInstance())
        .build();
  }

  static HttpFilter httpFilter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }

  static Filter tcpProxy(String cluster) {
    return filter(
        "envoy.filters.network.tcp_proxy",
        TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster).build());
  }

  static Filter filter(String name, Message config) {
    return Filter.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }
}

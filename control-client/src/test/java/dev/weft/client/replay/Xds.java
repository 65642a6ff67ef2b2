package dev.weft.client.replay;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;

/** Small resources in the shape of a sidecar. */
public final class Xds {
  private Xds() {}

  public static Any pack(com.google.protobuf.Message message) {
    return Any.pack(message);
  }

  public static Listener listener(int port) {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setRds(
                Rds.newBuilder()
                    .setConfigSource(
                        ConfigSource.newBuilder()
                            .setAds(AggregatedConfigSource.getDefaultInstance()))
                    .setRouteConfigName(String.valueOf(port)))
            .build();
    return Listener.newBuilder()
        .setName("0.0.0.0_" + port)
        .setTrafficDirection(TrafficDirection.OUTBOUND)
        .setAddress(address("0.0.0.0", port))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Any.pack(manager))))
        .build();
  }

  /** A listener for TCP, as {@code 240.240.0.3_5432}. */
  public static Listener tcpListener(String address, int port, String cluster) {
    return Listener.newBuilder()
        .setName(address + "_" + port)
        .setTrafficDirection(TrafficDirection.OUTBOUND)
        .setAddress(address(address, port))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.tcp_proxy")
                        .setTypedConfig(
                            Any.pack(TcpProxy.newBuilder().setCluster(cluster).build()))))
        .build();
  }

  public static RouteConfiguration table(String name, VirtualHost... hosts) {
    return RouteConfiguration.newBuilder()
        .setName(name)
        .addAllVirtualHosts(java.util.List.of(hosts))
        .build();
  }

  public static VirtualHost host(String name, String cluster) {
    return VirtualHost.newBuilder()
        .setName(name)
        .addDomains(name)
        .addRoutes(route("default", "/", cluster))
        .build();
  }

  public static Route route(String name, String prefix, String cluster) {
    return Route.newBuilder()
        .setName(name)
        .setMatch(RouteMatch.newBuilder().setPrefix(prefix))
        .setRoute(
            RouteAction.newBuilder().setCluster(cluster).setTimeout(Duration.getDefaultInstance()))
        .build();
  }

  public static Cluster cluster(String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setServiceName(name))
        .build();
  }

  public static ClusterLoadAssignment endpoints(String name, int... ports) {
    LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
    for (int port : ports) {
      locality.addLbEndpoints(
          LbEndpoint.newBuilder()
              .setLoadBalancingWeight(UInt32Value.of(1))
              .setEndpoint(Endpoint.newBuilder().setAddress(address("127.0.0.1", port))));
    }
    return ClusterLoadAssignment.newBuilder().setClusterName(name).addEndpoints(locality).build();
  }

  public static Address address(String host, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
        .build();
  }
}

package dev.weft.model;

import java.util.List;

/**
 * Where outbound traffic of a port, or of a virtual address and port, is governed.
 *
 * <p>Source: {@code envoy.config.listener.v3.Listener}, outbound; ApiListener too.
 *
 * @param name resource name
 * @param address {@code 0.0.0.0} for any, else the virtual address
 * @param port 0 to 65535; 0 when an ApiListener's name carries no port
 * @param target what happens to its traffic
 */
public record OutboundListener(String name, String address, int port, Target target) {
  public OutboundListener {
    Ranges.port("listener." + name + ".port", port);
  }

  /** Kinds of outbound listeners. */
  public sealed interface Target {
    /** HTTP: the named RouteConfiguration decides. */
    record Http(String routeConfigurationName) implements Target {}

    /** Opaque TCP: weighted clusters. {@code envoy.extensions.filters.network.tcp_proxy.v3}. */
    record Tcp(List<WeightedCluster> clusters) implements Target {
      public Tcp {
        clusters = List.copyOf(clusters);
      }
    }
  }
}

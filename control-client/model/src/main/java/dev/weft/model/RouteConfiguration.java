package dev.weft.model;

import java.util.List;

/**
 * A route table.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteConfiguration}.
 *
 * @param name resource name; Istio's is the port
 * @param virtualHosts in order; domains decide, not the order
 * @param ignorePortInHost {@code ignore_port_in_host_matching}
 */
public record RouteConfiguration(
    String name,
    List<VirtualHost> virtualHosts,
    HeaderMutation requestHeaders,
    HeaderMutation responseHeaders,
    boolean ignorePortInHost) {
  public RouteConfiguration {
    virtualHosts = List.copyOf(virtualHosts);
  }
}

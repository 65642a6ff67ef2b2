package dev.weft.control.compile;

import org.jspecify.annotations.Nullable;

/** Resource types in the order in which they are pushed: make before break. */
public enum XdsType {
  CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster", true),
  ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener", true),
  ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration", false),
  SECRET("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", false);

  private final String url;
  private final boolean wildcard;

  XdsType(String url, boolean wildcard) {
    this.url = url;
    this.wildcard = wildcard;
  }

  /** {@code type_url}. */
  public String url() {
    return url;
  }

  /** Whether everything is sent whatever names are asked for, as istiod does. */
  public boolean wildcard() {
    return wildcard;
  }

  /** The type of a URL, or null. */
  public static @Nullable XdsType of(String url) {
    for (XdsType type : values()) {
      if (type.url.equals(url)) {
        return type;
      }
    }
    return null;
  }
}

package dev.weft.client.ads;

import org.jspecify.annotations.Nullable;

/** The resource types that are subscribed to, in the order in which they are asked for. */
public enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", /* wildcard= */ true),
  ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment", /* wildcard= */ false),
  LISTENER("envoy.config.listener.v3.Listener", /* wildcard= */ true),
  ROUTE("envoy.config.route.v3.RouteConfiguration", /* wildcard= */ false);

  private final String typeUrl;
  private final boolean wildcard;

  ResourceType(String message, boolean wildcard) {
    this.typeUrl = "type.googleapis.com/" + message;
    this.wildcard = wildcard;
  }

  public String typeUrl() {
    return typeUrl;
  }

  /**
   * Whether all resources are asked for and each response holds all of them, so that one left out
   * is gone (xDS protocol, "Deleting resources").
   */
  public boolean wildcard() {
    return wildcard;
  }

  static @Nullable ResourceType of(String typeUrl) {
    for (ResourceType type : values()) {
      if (type.typeUrl.equals(typeUrl)) {
        return type;
      }
    }
    return null;
  }
}

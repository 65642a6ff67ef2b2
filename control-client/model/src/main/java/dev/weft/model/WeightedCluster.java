package dev.weft.model;

/**
 * A share of a route's calls.
 *
 * <p>Source: {@code envoy.config.route.v3.WeightedCluster.ClusterWeight}.
 *
 * @param weight 0 or more, relative to the sum
 */
public record WeightedCluster(
    String cluster, int weight, HeaderMutation requestHeaders, HeaderMutation responseHeaders) {
  public WeightedCluster {
    Ranges.between("weighted_clusters." + cluster + ".weight", weight, 0, Integer.MAX_VALUE);
  }
}

package dev.weft.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a matched route does. */
public sealed interface RouteAction {

  /**
   * Sends to clusters. Source: {@code envoy.config.route.v3.RouteAction}.
   *
   * @param clusters one or more; shares by weight
   * @param rewrite of the path, or null
   * @param authority {@code host_rewrite_literal}, or null
   * @param timeout of the whole call; zero: none
   * @param retry or null
   * @param hash what a consistent hash is made of, in order
   * @param mirrors copies to other clusters
   */
  record Forward(
      List<WeightedCluster> clusters,
      @Nullable PathRewrite rewrite,
      @Nullable String authority,
      Duration timeout,
      @Nullable RetryPolicy retry,
      List<HashPolicy> hash,
      List<Mirror> mirrors)
      implements RouteAction {
    public Forward {
      clusters = List.copyOf(clusters);
      hash = List.copyOf(hash);
      mirrors = List.copyOf(mirrors);
      Ranges.notNegative("route.timeout", timeout);
    }
  }

  /**
   * Answers with a redirect. Source: {@code envoy.config.route.v3.RedirectAction}. Null parts keep
   * the request's.
   *
   * @param port 0: the scheme's default, or the request's when the scheme stays
   * @param status 301, 302, 303, 307 or 308
   */
  record Redirect(
      @Nullable String scheme,
      @Nullable String host,
      int port,
      @Nullable PathRewrite path,
      int status,
      boolean stripQuery)
      implements RouteAction {}

  /**
   * Answers itself. Source: {@code envoy.config.route.v3.DirectResponseAction}.
   *
   * @param status 200 to 599
   */
  record DirectResponse(int status, String body) implements RouteAction {
    public DirectResponse {
      Ranges.between("direct_response.status", status, 200, 599);
    }
  }

  /** Hands the call back to the library untouched: Istio's {@code PassthroughCluster}. */
  record Passthrough() implements RouteAction {}

  /** How a path changes. */
  sealed interface PathRewrite {
    /**
     * {@code prefix_rewrite}: the matched prefix is replaced; of an exact match, the whole path.
     */
    record Prefix(String replacement) implements PathRewrite {}

    /** {@code regex_rewrite}, RE2, with {@code \1} groups. */
    record Regex(String pattern, String substitution) implements PathRewrite {}

    /** The whole path: {@code path_redirect}, Gateway API's ReplaceFullPath. */
    record Full(String path) implements PathRewrite {}
  }

  /** {@code envoy.config.route.v3.RouteAction.HashPolicy}. */
  sealed interface HashPolicy {
    /** Stops when this one gave a hash. */
    boolean terminal();

    /** A request header's value. */
    record Header(String name, boolean terminal) implements HashPolicy {}

    /** A cookie, issued with {@code ttl} when missing and {@code ttl} is not null. */
    record Cookie(String name, @Nullable Duration ttl, String path, boolean terminal)
        implements HashPolicy {}

    /** The caller's address. */
    record SourceIp(boolean terminal) implements HashPolicy {}

    /** A query parameter. */
    record Query(String name, boolean terminal) implements HashPolicy {}
  }

  /**
   * {@code envoy.config.route.v3.RouteAction.RequestMirrorPolicy}.
   *
   * @param perMillion share of requests copied, 0 to 1,000,000
   */
  record Mirror(String cluster, int perMillion) {
    public Mirror {
      Ranges.between("mirror.runtime_fraction", perMillion, 0, RouteMatch.MILLION);
    }
  }
}

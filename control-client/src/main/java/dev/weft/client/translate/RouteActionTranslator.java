package dev.weft.client.translate;

import dev.weft.model.HeaderMutation;
import dev.weft.model.RouteAction.HashPolicy;
import dev.weft.model.RouteAction.Mirror;
import dev.weft.model.RouteAction.PathRewrite;
import dev.weft.model.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route does: {@code envoy.config.route.v3.RouteAction} and its siblings. */
final class RouteActionTranslator {
  /** Istio's name for "where the application dialled". */
  private static final String PASSTHROUGH = "PassthroughCluster";

  private RouteActionTranslator() {}

  static dev.weft.model.RouteAction translate(
      Route route, @Nullable RetryPolicy inherited, Findings findings) throws TranslationException {
    return switch (route.getActionCase()) {
      case ROUTE -> forward(route.getRoute(), inherited, findings);
      case REDIRECT -> redirect(route.getRedirect());
      case DIRECT_RESPONSE -> direct(route.getDirectResponse());
      case FILTER_ACTION, NON_FORWARDING_ACTION, ACTION_NOT_SET ->
          throw new TranslationException(
              "its action is "
                  + route.getActionCase()
                  + "; use route, redirect or direct_response");
    };
  }

  private static dev.weft.model.RouteAction forward(
      RouteAction a, @Nullable RetryPolicy inherited, Findings findings)
      throws TranslationException {
    if (a.getCluster().equals(PASSTHROUGH)) {
      return new dev.weft.model.RouteAction.Passthrough();
    }
    RetryPolicy retry = a.hasRetryPolicy() ? a.getRetryPolicy() : inherited;
    return new dev.weft.model.RouteAction.Forward(
        clusters(a),
        rewrite(a),
        authority(a),
        timeout(a),
        retry == null ? null : RetryTranslator.translate(retry, a.getHedgePolicy(), findings),
        hash(a, findings),
        mirrors(a, findings));
  }

  private static List<WeightedCluster> clusters(RouteAction a) throws TranslationException {
    return switch (a.getClusterSpecifierCase()) {
      case CLUSTER ->
          List.of(
              new WeightedCluster(a.getCluster(), 100, HeaderMutation.NONE, HeaderMutation.NONE));
      case WEIGHTED_CLUSTERS -> {
        List<WeightedCluster> clusters = new ArrayList<>();
        for (var w : a.getWeightedClusters().getClustersList()) {
          if (w.getName().isEmpty()) {
            throw new TranslationException("weighted_clusters has no name; name the cluster");
          }
          clusters.add(
              new WeightedCluster(
                  w.getName(),
                  Shares.unsigned(w.getWeight().getValue()),
                  HeaderTranslator.translate(
                      w.getRequestHeadersToAddList(), w.getRequestHeadersToRemoveList()),
                  HeaderTranslator.translate(
                      w.getResponseHeadersToAddList(), w.getResponseHeadersToRemoveList())));
        }
        yield clusters;
      }
      case CLUSTER_HEADER,
          CLUSTER_SPECIFIER_PLUGIN,
          INLINE_CLUSTER_SPECIFIER_PLUGIN,
          CLUSTERSPECIFIER_NOT_SET ->
          throw new TranslationException(
              "its clusters come from "
                  + a.getClusterSpecifierCase()
                  + "; use cluster or weighted_clusters");
    };
  }

  private static @Nullable PathRewrite rewrite(RouteAction a) throws TranslationException {
    if (a.hasPathRewritePolicy()) {
      throw new TranslationException(
          "path_rewrite_policy is not supported and the path would go out unchanged; use"
              + " prefix_rewrite or regex_rewrite");
    }
    if (a.hasRegexRewrite()) {
      return regex("regex_rewrite", a.getRegexRewrite());
    }
    return a.getPrefixRewrite().isEmpty() ? null : new PathRewrite.Prefix(a.getPrefixRewrite());
  }

  private static PathRewrite regex(String field, RegexMatchAndSubstitute r)
      throws TranslationException {
    return new PathRewrite.Regex(
        StringMatchTranslator.regex(field, r.getPattern()), r.getSubstitution());
  }

  private static @Nullable String authority(RouteAction a) {
    return a.getHostRewriteLiteral().isEmpty() ? null : a.getHostRewriteLiteral();
  }

  /**
   * The timeout as written. Nothing written means none: Envoy would take 15 seconds, a limit that
   * nobody asked for and that the application did not have without us. The proxyless gRPC shape
   * writes {@code max_stream_duration} instead.
   */
  private static Duration timeout(RouteAction a) throws TranslationException {
    if (a.hasTimeout()) {
      return Shares.duration("route.timeout", a.getTimeout());
    }
    return Shares.duration(
        "route.max_stream_duration", a.getMaxStreamDuration().getMaxStreamDuration());
  }

  private static List<HashPolicy> hash(RouteAction a, Findings findings)
      throws TranslationException {
    List<HashPolicy> policies = new ArrayList<>(a.getHashPolicyCount());
    for (RouteAction.HashPolicy h : a.getHashPolicyList()) {
      boolean terminal = h.getTerminal();
      switch (h.getPolicySpecifierCase()) {
        case HEADER -> {
          if (h.getHeader().hasRegexRewrite()) {
            findings.unsupported("Route.route.hash_policy.header.regex_rewrite");
          }
          policies.add(new HashPolicy.Header(h.getHeader().getHeaderName(), terminal));
        }
        case COOKIE ->
            policies.add(
                new HashPolicy.Cookie(
                    h.getCookie().getName(),
                    h.getCookie().hasTtl()
                        ? Shares.duration("hash_policy.cookie.ttl", h.getCookie().getTtl())
                        : null,
                    h.getCookie().getPath(),
                    terminal));
        case CONNECTION_PROPERTIES -> policies.add(new HashPolicy.SourceIp(terminal));
        case QUERY_PARAMETER ->
            policies.add(new HashPolicy.Query(h.getQueryParameter().getName(), terminal));
        case FILTER_STATE, POLICYSPECIFIER_NOT_SET ->
            findings.unsupported("Route.route.hash_policy[" + h.getPolicySpecifierCase() + "]");
      }
    }
    return policies;
  }

  private static List<Mirror> mirrors(RouteAction a, Findings findings) {
    List<Mirror> mirrors = new ArrayList<>(a.getRequestMirrorPoliciesCount());
    for (RouteAction.RequestMirrorPolicy m : a.getRequestMirrorPoliciesList()) {
      if (m.getCluster().isEmpty()) {
        findings.unsupported("Route.route.request_mirror_policies.cluster_header");
        continue;
      }
      mirrors.add(
          new Mirror(
              m.getCluster(),
              m.hasRuntimeFraction()
                  ? Shares.perMillion(m.getRuntimeFraction())
                  : dev.weft.model.RouteMatch.MILLION));
    }
    return mirrors;
  }

  private static dev.weft.model.RouteAction redirect(RedirectAction r) throws TranslationException {
    int status =
        switch (r.getResponseCode()) {
          case MOVED_PERMANENTLY -> 301;
          case FOUND -> 302;
          case SEE_OTHER -> 303;
          case TEMPORARY_REDIRECT -> 307;
          case PERMANENT_REDIRECT -> 308;
          case UNRECOGNIZED ->
              throw new TranslationException(
                  "redirect.response_code is not known; use 301, 302, 303, 307 or 308");
        };
    PathRewrite path =
        switch (r.getPathRewriteSpecifierCase()) {
          case PATH_REDIRECT -> new PathRewrite.Full(r.getPathRedirect());
          case PREFIX_REWRITE -> new PathRewrite.Prefix(r.getPrefixRewrite());
          case REGEX_REWRITE -> regex("redirect.regex_rewrite", r.getRegexRewrite());
          case PATHREWRITESPECIFIER_NOT_SET -> null;
        };
    String scheme =
        switch (r.getSchemeRewriteSpecifierCase()) {
          case HTTPS_REDIRECT -> r.getHttpsRedirect() ? "https" : null;
          case SCHEME_REDIRECT -> r.getSchemeRedirect();
          case SCHEMEREWRITESPECIFIER_NOT_SET -> null;
        };
    return new dev.weft.model.RouteAction.Redirect(
        scheme,
        r.getHostRedirect().isEmpty() ? null : r.getHostRedirect(),
        r.getPortRedirect(),
        path,
        status,
        r.getStripQuery());
  }

  private static dev.weft.model.RouteAction direct(DirectResponseAction d)
      throws TranslationException {
    String body =
        switch (d.getBody().getSpecifierCase()) {
          case INLINE_STRING -> d.getBody().getInlineString();
          case INLINE_BYTES -> d.getBody().getInlineBytes().toStringUtf8();
          case SPECIFIER_NOT_SET -> "";
          case FILENAME, ENVIRONMENT_VARIABLE ->
              throw new TranslationException(
                  "direct_response.body comes from a "
                      + d.getBody().getSpecifierCase()
                      + " of the proxy; send it inline");
        };
    return new dev.weft.model.RouteAction.DirectResponse(d.getStatus(), body);
  }
}

package dev.weft.client.translate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.Set;

/**
 * Looks for filters that protect a port. There is no authorization engine yet, so a rule that would
 * refuse somebody closes the port; so does a filter that we do not know, unless the control plane
 * calls it optional.
 */
final class InboundFilters {
  private static final String EXTENSIONS = "type.googleapis.com/envoy.extensions.filters.";
  private static final String HTTP_RBAC = EXTENSIONS + "http.rbac.v3.RBAC";
  private static final String NETWORK_RBAC = EXTENSIONS + "network.rbac.v3.RBAC";

  /** Filters that let everybody in. */
  private static final Set<String> PROTECT_NOTHING =
      Set.of(
          EXTENSIONS + "http.router.v3.Router",
          EXTENSIONS + "http.fault.v3.HTTPFault",
          EXTENSIONS + "http.cors.v3.Cors",
          EXTENSIONS + "http.grpc_stats.v3.FilterConfig",
          EXTENSIONS + "http.grpc_web.v3.GrpcWeb",
          OutboundTranslator.TCP_PROXY,
          "type.googleapis.com/stats.PluginConfig",
          "type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig");

  /** Istio's telemetry, sent as {@code TypedStruct}. */
  private static final Set<String> TELEMETRY = Set.of("istio.metadata_exchange", "istio.stats");

  private InboundFilters() {}

  /**
   * Looks at one chain.
   *
   * @throws TranslationException when the port must be closed
   */
  static void check(FilterChain chain, Findings findings) throws TranslationException {
    for (Filter filter : chain.getFiltersList()) {
      Any config = filter.getTypedConfig();
      if (config.getTypeUrl().equals(OutboundTranslator.HTTP_MANAGER)) {
        HttpConnectionManager manager = Unpacked.of(config, HttpConnectionManager.parser());
        for (HttpFilter http : manager.getHttpFiltersList()) {
          if (!http.getDisabled()) {
            check(http.getName(), http.getTypedConfig(), http.getIsOptional(), findings);
          }
        }
      } else {
        check(filter.getName(), config, /* optional= */ false, findings);
      }
    }
  }

  private static void check(String name, Any config, boolean optional, Findings findings)
      throws TranslationException {
    String type = config.getTypeUrl();
    switch (type) {
      case HTTP_RBAC ->
          rbac(
              name,
              Unpacked.of(
                  config, io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.parser()),
              findings);
      case NETWORK_RBAC -> {
        var rbac =
            Unpacked.of(
                config, io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.parser());
        rules(name, rbac.hasRules(), rbac.getRules(), rbac.hasMatcher(), findings);
        shadow(name, rbac.hasShadowRules() || rbac.hasShadowMatcher(), findings);
      }
      default -> {
        if (PROTECT_NOTHING.contains(type) || TELEMETRY.contains(name)) {
          return;
        }
        if (!optional) {
          throw new TranslationException(
              "filter "
                  + name
                  + " ("
                  + type.substring(type.indexOf('/') + 1)
                  + ") cannot be enforced by this version");
        }
        findings.unsupported("Inbound filter[" + name + "], optional");
      }
    }
  }

  private static void rbac(
      String name, io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC rbac, Findings findings)
      throws TranslationException {
    rules(name, rbac.hasRules(), rbac.getRules(), rbac.hasMatcher(), findings);
    shadow(name, rbac.hasShadowRules() || rbac.hasShadowMatcher(), findings);
  }

  private static void rules(
      String name, boolean hasRules, RBAC rules, boolean hasMatcher, Findings findings)
      throws TranslationException {
    if (!hasMatcher && !hasRules) {
      return;
    }
    if (!hasMatcher && rules.getAction() == RBAC.Action.LOG) {
      findings.unsupported("Inbound filter[" + name + "] with action LOG (audit)");
      return;
    }
    if (!hasMatcher && rules.getAction() == RBAC.Action.DENY && rules.getPoliciesCount() == 0) {
      // Denies nobody.
      return;
    }
    throw new TranslationException(
        "authorization rules of filter "
            + name
            + " (action "
            + rules.getAction()
            + ", policies "
            + new java.util.TreeSet<>(rules.getPoliciesMap().keySet())
            + ") cannot be enforced by this version");
  }

  private static void shadow(String name, boolean present, Findings findings) {
    if (present) {
      findings.unsupported("Inbound filter[" + name + "].shadow_rules (dry run)");
    }
  }
}

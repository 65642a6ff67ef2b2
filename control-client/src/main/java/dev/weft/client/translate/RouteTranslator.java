package dev.weft.client.translate;

import com.google.protobuf.Any;
import dev.weft.model.Fault;
import dev.weft.model.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.config.route.v3.RouteConfiguration}. A route that cannot be translated is set aside
 * with its reason; its siblings stay.
 */
public final class RouteTranslator {
  private static final String FILTER_CONFIG =
      "type.googleapis.com/envoy.config.route.v3.FilterConfig";

  private static final MessageFields ACTION =
      new MessageFields()
          .known(
              RouteAction.CLUSTER_FIELD_NUMBER,
              RouteAction.PREFIX_REWRITE_FIELD_NUMBER,
              RouteAction.REGEX_REWRITE_FIELD_NUMBER,
              RouteAction.PATH_REWRITE_POLICY_FIELD_NUMBER,
              RouteAction.HOST_REWRITE_LITERAL_FIELD_NUMBER,
              RouteAction.TIMEOUT_FIELD_NUMBER,
              RouteAction.MAX_STREAM_DURATION_FIELD_NUMBER,
              // Bounds a header that we do not read; Istio always sends it beside the timeout.
              RouteAction.MAX_GRPC_TIMEOUT_FIELD_NUMBER,
              RouteAction.HASH_POLICY_FIELD_NUMBER,
              RouteAction.REQUEST_MIRROR_POLICIES_FIELD_NUMBER)
          .nested(
              RouteAction.WEIGHTED_CLUSTERS_FIELD_NUMBER,
              new MessageFields()
                  .known(WeightedCluster.TOTAL_WEIGHT_FIELD_NUMBER)
                  .nested(
                      WeightedCluster.CLUSTERS_FIELD_NUMBER,
                      new MessageFields()
                          .known(
                              WeightedCluster.ClusterWeight.NAME_FIELD_NUMBER,
                              WeightedCluster.ClusterWeight.WEIGHT_FIELD_NUMBER,
                              WeightedCluster.ClusterWeight.REQUEST_HEADERS_TO_ADD_FIELD_NUMBER,
                              WeightedCluster.ClusterWeight.REQUEST_HEADERS_TO_REMOVE_FIELD_NUMBER,
                              WeightedCluster.ClusterWeight.RESPONSE_HEADERS_TO_ADD_FIELD_NUMBER,
                              WeightedCluster.ClusterWeight
                                  .RESPONSE_HEADERS_TO_REMOVE_FIELD_NUMBER)))
          .nested(RouteAction.RETRY_POLICY_FIELD_NUMBER, RetryTranslator.FIELDS)
          .nested(
              RouteAction.HEDGE_POLICY_FIELD_NUMBER,
              new MessageFields().known(HedgePolicy.HEDGE_ON_PER_TRY_TIMEOUT_FIELD_NUMBER));

  private static final MessageFields ROUTE =
      new MessageFields()
          .known(
              Route.NAME_FIELD_NUMBER,
              Route.MATCH_FIELD_NUMBER,
              Route.REDIRECT_FIELD_NUMBER,
              Route.DIRECT_RESPONSE_FIELD_NUMBER,
              Route.FILTER_ACTION_FIELD_NUMBER,
              Route.NON_FORWARDING_ACTION_FIELD_NUMBER,
              Route.REQUEST_HEADERS_TO_ADD_FIELD_NUMBER,
              Route.REQUEST_HEADERS_TO_REMOVE_FIELD_NUMBER,
              Route.RESPONSE_HEADERS_TO_ADD_FIELD_NUMBER,
              Route.RESPONSE_HEADERS_TO_REMOVE_FIELD_NUMBER,
              // Named one by one in fault().
              Route.TYPED_PER_FILTER_CONFIG_FIELD_NUMBER,
              // Where the route came from; names of spans and statistics are ours.
              Route.METADATA_FIELD_NUMBER,
              Route.DECORATOR_FIELD_NUMBER,
              Route.STAT_PREFIX_FIELD_NUMBER,
              Route.TRACING_FIELD_NUMBER)
          .nested(Route.ROUTE_FIELD_NUMBER, ACTION);

  private static final MessageFields VIRTUAL_HOST =
      new MessageFields()
          .known(
              io.envoyproxy.envoy.config.route.v3.VirtualHost.NAME_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.DOMAINS_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.ROUTES_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.REQUEST_HEADERS_TO_ADD_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost
                  .REQUEST_HEADERS_TO_REMOVE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.RESPONSE_HEADERS_TO_ADD_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost
                  .RESPONSE_HEADERS_TO_REMOVE_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.TYPED_PER_FILTER_CONFIG_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost
                  .INCLUDE_REQUEST_ATTEMPT_COUNT_FIELD_NUMBER,
              io.envoyproxy.envoy.config.route.v3.VirtualHost.METADATA_FIELD_NUMBER)
          .nested(
              io.envoyproxy.envoy.config.route.v3.VirtualHost.RETRY_POLICY_FIELD_NUMBER,
              RetryTranslator.FIELDS);

  private static final MessageFields CONFIGURATION =
      new MessageFields()
          .known(
              RouteConfiguration.NAME_FIELD_NUMBER,
              RouteConfiguration.VIRTUAL_HOSTS_FIELD_NUMBER,
              RouteConfiguration.REQUEST_HEADERS_TO_ADD_FIELD_NUMBER,
              RouteConfiguration.REQUEST_HEADERS_TO_REMOVE_FIELD_NUMBER,
              RouteConfiguration.RESPONSE_HEADERS_TO_ADD_FIELD_NUMBER,
              RouteConfiguration.RESPONSE_HEADERS_TO_REMOVE_FIELD_NUMBER,
              RouteConfiguration.IGNORE_PORT_IN_HOST_MATCHING_FIELD_NUMBER,
              // We check it always, and hold a route back instead of refusing the table.
              RouteConfiguration.VALIDATE_CLUSTERS_FIELD_NUMBER,
              RouteConfiguration.MAX_DIRECT_RESPONSE_BODY_SIZE_BYTES_FIELD_NUMBER,
              RouteConfiguration.METADATA_FIELD_NUMBER);

  private final Findings findings;
  private final String table;

  private RouteTranslator(String table, Findings findings) {
    this.table = table;
    this.findings = findings;
  }

  /** Translates a table; {@code name} is used when its own is empty (inline tables). */
  public static dev.weft.model.RouteConfiguration translate(
      RouteConfiguration config, String name, Findings findings) throws TranslationException {
    String table = config.getName().isEmpty() ? name : config.getName();
    return new RouteTranslator(table, findings).configuration(config);
  }

  private dev.weft.model.RouteConfiguration configuration(RouteConfiguration config)
      throws TranslationException {
    CONFIGURATION.scan(
        config.toByteString(),
        "RouteConfiguration",
        RouteConfiguration::getDescriptor,
        findings::unsupported);
    List<VirtualHost> hosts = new ArrayList<>(config.getVirtualHostsCount());
    for (var host : config.getVirtualHostsList()) {
      if (host.getDomainsCount() == 0) {
        throw new TranslationException(
            "VirtualHost "
                + host.getName()
                + " in RouteConfiguration "
                + table
                + " has no domains; add one");
      }
      hosts.add(virtualHost(host));
    }
    return new dev.weft.model.RouteConfiguration(
        table,
        hosts,
        HeaderTranslator.translate(
            config.getRequestHeadersToAddList(), config.getRequestHeadersToRemoveList()),
        HeaderTranslator.translate(
            config.getResponseHeadersToAddList(), config.getResponseHeadersToRemoveList()),
        config.getIgnorePortInHostMatching());
  }

  private VirtualHost virtualHost(io.envoyproxy.envoy.config.route.v3.VirtualHost host) {
    VIRTUAL_HOST.scan(
        host.toByteString(),
        "VirtualHost",
        io.envoyproxy.envoy.config.route.v3.VirtualHost::getDescriptor,
        findings::unsupported);
    Fault inherited = null;
    try {
      inherited = fault("VirtualHost", host.getTypedPerFilterConfigMap());
    } catch (TranslationException | IllegalArgumentException e) {
      findings.setAside(
          "Fault of VirtualHost " + host.getName() + " in RouteConfiguration " + table,
          e.getMessage() + ". It is not injected.");
    }
    List<dev.weft.model.Route> routes = new ArrayList<>(host.getRoutesCount());
    RetryPolicy retry = host.hasRetryPolicy() ? host.getRetryPolicy() : null;
    for (int i = 0; i < host.getRoutesCount(); i++) {
      Route route = host.getRoutes(i);
      String name = route.getName().isEmpty() ? "#" + i : route.getName();
      String subject =
          "Route " + name + " of " + host.getName() + " in RouteConfiguration " + table;
      try {
        routes.add(route(subject, route, retry, inherited));
      } catch (TranslationException | IllegalArgumentException e) {
        findings.setAside(subject, e.getMessage() + ". The route is left out; its siblings work.");
      }
    }
    return new VirtualHost(
        host.getName(),
        host.getDomainsList(),
        routes,
        HeaderTranslator.translate(
            host.getRequestHeadersToAddList(), host.getRequestHeadersToRemoveList()),
        HeaderTranslator.translate(
            host.getResponseHeadersToAddList(), host.getResponseHeadersToRemoveList()),
        host.getIncludeRequestAttemptCount());
  }

  private dev.weft.model.Route route(
      String subject, Route route, @Nullable RetryPolicy retry, @Nullable Fault inherited)
      throws TranslationException {
    Fault fault = inherited;
    try {
      Fault own = fault("Route", route.getTypedPerFilterConfigMap());
      if (own != null) {
        fault = own;
      }
    } catch (TranslationException | IllegalArgumentException e) {
      findings.setAside("Fault of " + subject, e.getMessage() + ". It is not injected.");
    }
    dev.weft.model.Route translated =
        new dev.weft.model.Route(
            route.getName(),
            RouteMatchTranslator.translate(route.getMatch()),
            RouteActionTranslator.translate(route, retry, findings),
            HeaderTranslator.translate(
                route.getRequestHeadersToAddList(), route.getRequestHeadersToRemoveList()),
            HeaderTranslator.translate(
                route.getResponseHeadersToAddList(), route.getResponseHeadersToRemoveList()),
            fault);
    ROUTE.scan(route.toByteString(), "Route", Route::getDescriptor, findings::unsupported);
    return translated;
  }

  /** The fault among the settings of filters; the other settings are reported. */
  private @Nullable Fault fault(String place, Map<String, Any> perFilter)
      throws TranslationException {
    Fault fault = null;
    for (Map.Entry<String, Any> entry : perFilter.entrySet()) {
      Any config = entry.getValue();
      if (config.getTypeUrl().equals(FILTER_CONFIG)) {
        FilterConfig wrapper = Unpacked.of(config, FilterConfig.parser());
        if (wrapper.getDisabled()) {
          continue;
        }
        config = wrapper.getConfig();
      }
      if (config.getTypeUrl().equals(FaultTranslator.TYPE_URL)) {
        fault = FaultTranslator.translate(Unpacked.of(config, HTTPFault.parser()));
      } else {
        findings.unsupported(place + ".typed_per_filter_config[" + entry.getKey() + "]");
      }
    }
    return fault;
  }
}

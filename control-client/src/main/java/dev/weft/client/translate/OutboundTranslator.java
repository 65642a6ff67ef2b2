package dev.weft.client.translate;

import com.google.protobuf.Any;
import dev.weft.model.HeaderMutation;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.WeightedCluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Outbound listeners: {@code 0.0.0.0_PORT}, {@code VIP_PORT}, {@code virtualOutbound}, ApiListener.
 */
final class OutboundTranslator {
  static final String HTTP_MANAGER =
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
          + ".HttpConnectionManager";
  static final String TCP_PROXY =
      "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

  /** Filters whose work is done elsewhere in Weft, or that only prepare for others. */
  private static final Set<String> NEEDLESS =
      Set.of(
          "envoy.filters.http.router",
          "envoy.filters.http.grpc_stats",
          "istio.stats",
          "istio.metadata_exchange",
          "istio.alpn");

  /** Filters that act only by the settings of a route, which are reported there. */
  private static final Set<String> BY_ROUTE = Set.of("envoy.filters.http.cors");

  private final Listener listener;
  private final Findings findings;

  private OutboundTranslator(Listener listener, Findings findings) {
    this.listener = listener;
    this.findings = findings;
  }

  static ListenerTranslator.Translated translate(Listener l, Findings findings)
      throws TranslationException {
    return new OutboundTranslator(l, findings).translate();
  }

  private ListenerTranslator.Translated translate() throws TranslationException {
    if (listener.hasApiListener()) {
      Any config = listener.getApiListener().getApiListener();
      if (!config.getTypeUrl().equals(HTTP_MANAGER)) {
        throw new TranslationException(
            "ApiListener "
                + listener.getName()
                + " holds "
                + config.getTypeUrl()
                + "; an HttpConnectionManager is needed");
      }
      return http(config);
    }
    Any tcp = null;
    for (FilterChain chain : chains()) {
      if (chain.getFilterChainMatch().getServerNamesCount() > 0) {
        findings.unsupported("Listener.filter_chains.filter_chain_match.server_names");
        continue;
      }
      // The blackhole of virtualOutbound keeps a sidecar from calling itself: no such port here.
      int own = listener.getAddress().getSocketAddress().getPortValue();
      if (chain.getFilterChainMatch().hasDestinationPort()
          && chain.getFilterChainMatch().getDestinationPort().getValue() == own) {
        continue;
      }
      for (Filter filter : chain.getFiltersList()) {
        String type = filter.getTypedConfig().getTypeUrl();
        if (type.equals(HTTP_MANAGER)) {
          return http(filter.getTypedConfig());
        } else if (type.equals(TCP_PROXY)) {
          tcp = tcp == null ? filter.getTypedConfig() : tcp;
        } else if (!NEEDLESS.contains(filter.getName())) {
          findings.unsupported("Listener.filter_chains.filters[" + filter.getName() + "]");
        }
      }
    }
    if (tcp == null) {
      throw new TranslationException(
          "Listener "
              + listener.getName()
              + " has neither an HttpConnectionManager nor a TcpProxy; add one");
    }
    return tcp(tcp);
  }

  /**
   * The default chain last: it takes what no other chain takes, such as bytes that are not HTTP.
   */
  private List<FilterChain> chains() {
    List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
    if (listener.hasDefaultFilterChain()) {
      chains.add(listener.getDefaultFilterChain());
    }
    return chains;
  }

  private ListenerTranslator.Translated http(Any config) throws TranslationException {
    HttpConnectionManager manager = Unpacked.of(config, HttpConnectionManager.parser());
    for (HttpFilter filter : manager.getHttpFiltersList()) {
      httpFilter(filter);
    }
    RouteConfiguration inline = null;
    String table =
        switch (manager.getRouteSpecifierCase()) {
          case RDS -> manager.getRds().getRouteConfigName();
          case ROUTE_CONFIG -> {
            inline =
                RouteTranslator.translate(manager.getRouteConfig(), listener.getName(), findings);
            yield inline.name();
          }
          case SCOPED_ROUTES, ROUTESPECIFIER_NOT_SET ->
              throw new TranslationException(
                  "Listener "
                      + listener.getName()
                      + " takes its routes from "
                      + manager.getRouteSpecifierCase()
                      + "; use rds or route_config");
        };
    return result(new OutboundListener.Target.Http(table), inline);
  }

  private void httpFilter(HttpFilter filter) throws TranslationException {
    if (NEEDLESS.contains(filter.getName()) || BY_ROUTE.contains(filter.getName())) {
      return;
    }
    if (filter.getTypedConfig().getTypeUrl().equals(FaultTranslator.TYPE_URL)) {
      if (FaultTranslator.translate(Unpacked.of(filter.getTypedConfig(), HTTPFault.parser()))
          != null) {
        findings.unsupported("HttpConnectionManager.http_filters[" + filter.getName() + "]");
      }
      return;
    }
    findings.unsupported("HttpConnectionManager.http_filters[" + filter.getName() + "]");
  }

  private ListenerTranslator.Translated tcp(Any config) throws TranslationException {
    TcpProxy proxy = Unpacked.of(config, TcpProxy.parser());
    List<WeightedCluster> clusters = new ArrayList<>();
    switch (proxy.getClusterSpecifierCase()) {
      case CLUSTER -> clusters.add(weighted(proxy.getCluster(), 100));
      case WEIGHTED_CLUSTERS -> {
        for (var w : proxy.getWeightedClusters().getClustersList()) {
          clusters.add(weighted(w.getName(), Shares.unsigned(w.getWeight())));
        }
      }
      case CLUSTERSPECIFIER_NOT_SET ->
          throw new TranslationException(
              "TcpProxy of Listener " + listener.getName() + " has no cluster; name one");
    }
    return result(new OutboundListener.Target.Tcp(clusters), null);
  }

  private static WeightedCluster weighted(String cluster, int weight) {
    return new WeightedCluster(cluster, weight, HeaderMutation.NONE, HeaderMutation.NONE);
  }

  private ListenerTranslator.Translated result(
      OutboundListener.Target target, @Nullable RouteConfiguration inline) {
    var socket = listener.getAddress().getSocketAddress();
    String address = socket.getAddress();
    int port = socket.getPortValue();
    if (listener.hasApiListener()) {
      // Named host:port by what the client dials; the address, if any, is only the service's VIP.
      int colon = listener.getName().lastIndexOf(':');
      port = colon < 0 ? port : portNumber(listener.getName().substring(colon + 1), port);
    }
    return new ListenerTranslator.Translated(
        new OutboundListener(
            listener.getName(), address.isEmpty() ? "0.0.0.0" : address, port, target),
        inline,
        List.of());
  }

  private static int portNumber(String text, int otherwise) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}

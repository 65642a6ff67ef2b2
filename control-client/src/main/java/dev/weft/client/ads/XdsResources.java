package dev.weft.client.ads;

import com.google.protobuf.Any;
import dev.weft.client.translate.AssignmentTranslator;
import dev.weft.client.translate.ClusterTranslator;
import dev.weft.client.translate.ListenerTranslator;
import dev.weft.client.translate.RouteTranslator;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All resources received, and the names that follow from them. Kept over reconnects. */
final class XdsResources {
  final ResourceCache<Cluster, ClusterTranslator.Translated> clusters =
      new ResourceCache<>(
          ResourceType.CLUSTER, Cluster.parser(), Cluster::getName, ClusterTranslator::translate);
  final ResourceCache<
          io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment, ClusterLoadAssignment>
      assignments =
          new ResourceCache<>(
              ResourceType.ENDPOINT,
              io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.parser(),
              io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment::getClusterName,
              (message, findings) ->
                  AssignmentTranslator.translate(message, message.getClusterName(), findings));
  final ResourceCache<Listener, ListenerTranslator.Translated> listeners =
      new ResourceCache<>(
          ResourceType.LISTENER,
          Listener.parser(),
          Listener::getName,
          ListenerTranslator::translate);
  final ResourceCache<io.envoyproxy.envoy.config.route.v3.RouteConfiguration, RouteConfiguration>
      routes =
          new ResourceCache<>(
              ResourceType.ROUTE,
              io.envoyproxy.envoy.config.route.v3.RouteConfiguration.parser(),
              io.envoyproxy.envoy.config.route.v3.RouteConfiguration::getName,
              (message, findings) ->
                  RouteTranslator.translate(message, message.getName(), findings));

  ResourceCache.Applied apply(ResourceType type, List<Any> resources) {
    return cache(type).apply(resources);
  }

  private ResourceCache<?, ?> cache(ResourceType type) {
    return switch (type) {
      case CLUSTER -> clusters;
      case ENDPOINT -> assignments;
      case LISTENER -> listeners;
      case ROUTE -> routes;
    };
  }

  /** What to ask for of a type that is not a wildcard; drops what is no longer wanted. */
  Set<String> wanted(ResourceType type) {
    Set<String> names = new TreeSet<>();
    if (type == ResourceType.ENDPOINT) {
      clusters
          .good()
          .values()
          .forEach(
              entry -> {
                if (entry.value().inline() == null) {
                  names.add(entry.value().cluster().assignment());
                }
              });
      assignments.retain(names);
    } else if (type == ResourceType.ROUTE) {
      listeners
          .good()
          .values()
          .forEach(
              entry -> {
                OutboundListener outbound = entry.value().outbound();
                if (outbound != null
                    && entry.value().inlineRoutes() == null
                    && outbound.target() instanceof OutboundListener.Target.Http http) {
                  names.add(http.routeConfigurationName());
                }
              });
      routes.retain(names);
    }
    return names;
  }

  long checksum() {
    return clusters.checksum() ^ assignments.checksum() ^ listeners.checksum() ^ routes.checksum();
  }

  boolean takeFindingsChanged() {
    // No short cut: each has to be asked.
    return clusters.takeFindingsChanged()
        | assignments.takeFindingsChanged()
        | listeners.takeFindingsChanged()
        | routes.takeFindingsChanged();
  }

  List<NotApplied> findings() {
    List<NotApplied> all = new ArrayList<>();
    listeners.findings(all);
    routes.findings(all);
    clusters.findings(all);
    assignments.findings(all);
    return all;
  }
}

package dev.weft.client.ads;

import dev.weft.client.translate.ClusterTranslator;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import dev.weft.model.WeightedCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides in one assembly what may go live and what stays as it was. */
final class Warming {
  private static final String HELD = "Its last good version stays in use.";

  private final XdsResources resources;
  private final MeshSnapshot current;
  private final boolean graceOver;
  private final Set<String> retained = new HashSet<>();
  private final List<NotApplied> held = new ArrayList<>();
  private boolean complete = true;

  Warming(XdsResources resources, MeshSnapshot current, boolean graceOver) {
    this.resources = resources;
    this.current = current;
    this.graceOver = graceOver;
  }

  /** Clusters in force that are still needed though they were not sent, or not completely. */
  Set<String> retained() {
    return retained;
  }

  /** What was held back or cut down, and why. */
  List<NotApplied> held() {
    return held;
  }

  /** Every cluster that was sent has its endpoints. */
  boolean complete() {
    return complete;
  }

  void retain(String cluster) {
    retained.add(cluster);
  }

  /** A cluster's endpoints, or null while they have not come. */
  @Nullable ClusterLoadAssignment endpoints(ClusterTranslator.Translated cluster) {
    ClusterLoadAssignment endpoints = cluster.inline();
    String name = cluster.cluster().assignment();
    if (endpoints == null) {
      endpoints = resources.assignments.get(name);
    }
    if (endpoints == null) {
      complete = false;
      if (current.clusters().containsKey(cluster.cluster().name())) {
        // Still served as it was.
        endpoints = current.assignments().get(name);
      } else if (graceOver) {
        endpoints = new ClusterLoadAssignment(name, List.of(), 140);
      }
    }
    return endpoints;
  }

  /** Publishes a listener with its routes when they are there, or the one in force. */
  void listener(
      OutboundListener listener,
      @Nullable RouteConfiguration inline,
      List<OutboundListener> listeners,
      Map<String, RouteConfiguration> routes) {
    if (listener.target() instanceof OutboundListener.Target.Http http) {
      String table = http.routeConfigurationName();
      RouteConfiguration config = inline == null ? resources.routes.get(table) : inline;
      RouteConfiguration old = current.routes().get(table);
      if (config != null) {
        routes.put(table, table(config, old));
        listeners.add(listener);
        return;
      }
      if (old != null) {
        routes.put(table, old);
        old.virtualHosts().forEach(this::retain);
        listeners.add(listener);
      }
      hold(
          "Listener " + listener.name(),
          "needs RouteConfiguration " + table + ", which has not come",
          old != null);
    } else if (listener.target() instanceof OutboundListener.Target.Tcp tcp) {
      String missing = missing(tcp.clusters());
      if (missing == null) {
        listeners.add(listener);
        return;
      }
      OutboundListener old = inForce(listener.name());
      if (old != null) {
        listeners.add(old);
        if (old.target() instanceof OutboundListener.Target.Tcp oldTcp) {
          oldTcp.clusters().forEach(w -> retain(w.cluster()));
        } else if (old.target() instanceof OutboundListener.Target.Http oldHttp) {
          RouteConfiguration oldTable = current.routes().get(oldHttp.routeConfigurationName());
          if (oldTable != null) {
            routes.putIfAbsent(oldTable.name(), oldTable);
            oldTable.virtualHosts().forEach(this::retain);
          }
        }
      }
      hold("Listener " + listener.name(), needs(missing), old != null);
    }
  }

  private @Nullable OutboundListener inForce(String name) {
    for (OutboundListener listener : current.listeners()) {
      if (listener.name().equals(name)) {
        return listener;
      }
    }
    return null;
  }

  private RouteConfiguration table(RouteConfiguration config, @Nullable RouteConfiguration old) {
    List<VirtualHost> hosts = new ArrayList<>(config.virtualHosts().size());
    Map<String, VirtualHost> oldHosts = null;
    boolean asSent = true;
    for (VirtualHost host : config.virtualHosts()) {
      if (ready(host)) {
        hosts.add(host);
        continue;
      }
      asSent = false;
      if (oldHosts == null) {
        oldHosts = byName(old);
      }
      VirtualHost oldHost = oldHosts.get(host.name());
      // What this very cut-down made of it earlier is not an older version.
      if (oldHost != null && !cutDown(host, oldHost)) {
        hosts.add(oldHost);
        retain(oldHost);
        note(config, host, true);
      } else if (graceOver || oldHost != null) {
        hosts.add(cut(host));
        note(config, host, false);
      } else {
        note(config, host, false);
      }
    }
    if (asSent) {
      return config;
    }
    return new RouteConfiguration(
        config.name(),
        hosts,
        config.requestHeaders(),
        config.responseHeaders(),
        config.ignorePortInHost());
  }

  private static Map<String, VirtualHost> byName(@Nullable RouteConfiguration table) {
    Map<String, VirtualHost> hosts = new HashMap<>();
    if (table != null) {
      table.virtualHosts().forEach(host -> hosts.put(host.name(), host));
    }
    return hosts;
  }

  private boolean ready(VirtualHost host) {
    for (Route route : host.routes()) {
      if (missing(route) != null) {
        return false;
      }
    }
    return true;
  }

  private boolean cutDown(VirtualHost host, VirtualHost old) {
    return old.equals(cut(host));
  }

  /** Routes whose clusters are not there answer 503, as Envoy's cluster_not_found does. */
  private VirtualHost cut(VirtualHost host) {
    List<Route> routes = new ArrayList<>(host.routes().size());
    for (Route route : host.routes()) {
      routes.add(
          missing(route) == null
              ? route
              : new Route(
                  route.name(),
                  route.match(),
                  new RouteAction.DirectResponse(503, ""),
                  route.requestHeaders(),
                  route.responseHeaders(),
                  null));
    }
    return new VirtualHost(
        host.name(),
        host.domains(),
        routes,
        host.requestHeaders(),
        host.responseHeaders(),
        host.includeAttemptCount());
  }

  private void note(RouteConfiguration config, VirtualHost host, boolean oldServes) {
    for (Route route : host.routes()) {
      String missing = missing(route);
      if (missing != null) {
        hold(
            "Route "
                + route.name()
                + " of "
                + host.name()
                + " in RouteConfiguration "
                + config.name(),
            needs(missing),
            oldServes);
      }
    }
  }

  private void hold(String subject, String reason, boolean oldServes) {
    held.add(
        new NotApplied(
            subject,
            reason
                + ". "
                + (oldServes
                    ? HELD
                    : graceOver
                        ? "Calls to it get 503."
                        : "It goes live as soon as that is there.")));
  }

  private String needs(String cluster) {
    return resources.clusters.get(cluster) == null
        ? "needs cluster " + cluster + ", absent from CDS; add the cluster or drop the route"
        : "needs the endpoints of cluster " + cluster + ", which have not come by EDS";
  }

  private @Nullable String missing(Route route) {
    return route.action() instanceof RouteAction.Forward forward
        ? missing(forward.clusters())
        : null;
  }

  private @Nullable String missing(List<WeightedCluster> clusters) {
    for (WeightedCluster w : clusters) {
      if (w.weight() > 0 && !available(w.cluster())) {
        return w.cluster();
      }
    }
    return null;
  }

  private boolean available(String name) {
    ClusterTranslator.Translated sent = resources.clusters.get(name);
    if (sent != null) {
      return endpoints(sent) != null;
    }
    if (!resources.clusters.received()) {
      // Before the first CDS response what is in force counts.
      Cluster old = current.clusters().get(name);
      if (old != null) {
        retain(name);
        return true;
      }
    }
    return false;
  }

  private void retain(VirtualHost host) {
    for (Route route : host.routes()) {
      if (route.action() instanceof RouteAction.Forward forward) {
        forward.clusters().forEach(w -> retain(w.cluster()));
      }
    }
  }
}

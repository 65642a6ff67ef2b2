package dev.weft.engine;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.CompiledMesh.CompiledHost;
import dev.weft.engine.CompiledMesh.HostKey;
import dev.weft.engine.call.AuthorityDestination;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.call.HttpDestination;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.route.VirtualHostCompiler;
import dev.weft.engine.tcp.TcpTable;
import dev.weft.engine.telemetry.Target;
import dev.weft.model.Cluster;
import dev.weft.model.Cluster.LoadBalancing;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.Endpoint.Workload;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a snapshot into a {@link CompiledMesh}. Work is in proportion to what changed: clusters and
 * virtual hosts that are as before are taken over. Used by one thread, for one snapshot.
 *
 * <p>Destinations of a listener with HTTP routes: for each of its virtual hosts' domains, {@code
 * name} at the listener's port and {@code name:port} at that port. The virtual host {@code *} is a
 * destination for every other name, unless it only passes through: then those names are not ours.
 */
final class MeshCompiler {
  private final MeshSnapshot snapshot;
  private final CompiledMesh before;
  private final CallContext context;
  private final Map<String, ClusterState> clusters = new HashMap<>();
  private final List<ClusterState> fresh = new ArrayList<>();
  private final Map<HostKey, CompiledHost> hosts = new LinkedHashMap<>();
  private final List<NotApplied> notApplied = new ArrayList<>();
  private final HostTable.Builder<Destination> http = new HostTable.Builder<>();

  MeshCompiler(MeshSnapshot snapshot, CompiledMesh before, CallContext context) {
    this.snapshot = snapshot;
    this.before = before;
    this.context = context;
  }

  CompiledMesh compile() {
    notApplied.addAll(snapshot.notApplied());
    for (Cluster cluster : snapshot.clusters().values()) {
      compileCluster(cluster);
    }
    HttpTableHolder holder = new HttpTableHolder();
    for (OutboundListener listener : snapshot.listeners()) {
      if (listener.target() instanceof OutboundListener.Target.Http target) {
        RouteConfiguration table = snapshot.routes().get(target.routeConfigurationName());
        if (table == null) {
          notApplied.add(
              new NotApplied(
                  "Listener " + listener.name(),
                  "its RouteConfiguration "
                      + target.routeConfigurationName()
                      + " has not arrived; its destinations are not governed until then"));
        } else {
          addTable(listener, table, holder);
        }
      }
    }
    HostTable<Destination> table = http.build();
    holder.table = table;
    HostTable<TcpDestination> tcp = TcpTable.of(snapshot, clusters, context, notApplied);
    return new CompiledMesh(
        snapshot, table, tcp, Map.copyOf(clusters), Map.copyOf(hosts), List.copyOf(notApplied));
  }

  /** Clusters that have to be started once the result is in force. */
  List<ClusterState> fresh() {
    return fresh;
  }

  /** The table is built after the destinations in it that look into it. */
  private static final class HttpTableHolder {
    volatile HostTable<Destination> table = CompiledMesh.EMPTY.http();
  }

  private void compileCluster(Cluster cluster) {
    ClusterLoadAssignment assignment = snapshot.assignments().get(cluster.assignment());
    if (assignment == null) {
      assignment = snapshot.assignments().get(cluster.name());
    }
    if (assignment == null) {
      assignment = new ClusterLoadAssignment(cluster.assignment(), List.of(), 140);
    }
    report(cluster);
    ClusterState old = before.clusters().get(cluster.name());
    if (old != null && old.model().equals(cluster) && old.assignment().equals(assignment)) {
      clusters.put(cluster.name(), old);
      return;
    }
    try {
      ClusterState state =
          new ClusterState(cluster, assignment, context.env(), context.identities(), old);
      clusters.put(cluster.name(), state);
      fresh.add(state);
    } catch (RuntimeException e) {
      notApplied.add(new NotApplied("Cluster " + cluster.name(), "set aside: " + e.getMessage()));
      if (old != null) {
        clusters.put(cluster.name(), old);
      }
    }
  }

  private void report(Cluster cluster) {
    LoadBalancing policy = cluster.loadBalancing();
    if (policy instanceof LoadBalancing.RingHash || policy instanceof LoadBalancing.Maglev) {
      note(
          cluster,
          "lb_policy "
              + (policy instanceof LoadBalancing.Maglev ? "MAGLEV" : "RING_HASH")
              + " is not supported yet; endpoints take turns");
    }
    Cluster.Limits limits = cluster.limits();
    if (limits.connections() != Integer.MAX_VALUE) {
      note(cluster, "circuit_breakers.max_connections is left to the application's own pool");
    }
    if (limits.pending() != Integer.MAX_VALUE) {
      note(cluster, "circuit_breakers.max_pending_requests is left to the application's own pool");
    }
    if (!cluster.slowStart().isZero()) {
      note(cluster, "slow_start_config is not supported yet; new endpoints get their full share");
    }
  }

  private void note(Cluster cluster, String reason) {
    notApplied.add(new NotApplied("Cluster " + cluster.name(), reason));
  }

  private void addTable(
      OutboundListener listener, RouteConfiguration table, HttpTableHolder holder) {
    int port = listener.port();
    for (VirtualHost host : table.virtualHosts()) {
      for (String domain : host.domains()) {
        int colon = domain.lastIndexOf(':');
        boolean hasPort = colon > 0 && domain.indexOf(':') == colon && isPort(domain, colon + 1);
        String name = hasPort ? domain.substring(0, colon) : domain;
        int at = hasPort ? Integer.parseInt(domain.substring(colon + 1)) : port;
        if (name.equals("*") && passesThrough(host)) {
          continue;
        }
        if (at > 0) {
          http.add(name, at, destination(table, host, at));
        }
      }
    }
    String dialled = nameOfApiListener(listener);
    VirtualHost any = hostOf(table, "*");
    if (dialled != null && any != null && !http.contains(dialled, port)) {
      http.add(dialled, port, destination(table, any, port));
    }
    if (dialled == null && port > 0) {
      http.addLiterals(port, new AuthorityDestination(port, () -> holder.table));
    }
  }

  private static boolean isPort(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return from < text.length() && text.length() - from <= 5;
  }

  /** An ApiListener is named {@code host:port} by who serves proxyless gRPC. */
  private static @Nullable String nameOfApiListener(OutboundListener listener) {
    String suffix = ":" + listener.port();
    String name = listener.name();
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : null;
  }

  private static @Nullable VirtualHost hostOf(RouteConfiguration table, String domain) {
    for (VirtualHost host : table.virtualHosts()) {
      if (host.domains().contains(domain)) {
        return host;
      }
    }
    return null;
  }

  private static boolean passesThrough(VirtualHost host) {
    return host.routes().stream()
        .allMatch(r -> r.action() instanceof dev.weft.model.RouteAction.Passthrough);
  }

  private HttpDestination destination(RouteConfiguration table, VirtualHost host, int port) {
    HostKey key = new HostKey(table.name(), host.name(), port);
    CompiledHost known = hosts.get(key);
    if (known != null && known.model() == host) {
      return known.destination();
    }
    CompiledHost old = before.hosts().get(key);
    CompiledHost made =
        old != null && old.holds(table, host, clusters) ? old : compileHost(table, host, port);
    hosts.put(key, new CompiledHost(table, host, made.destination(), made.compiler()));
    notApplied.addAll(made.compiler().notApplied());
    return made.destination();
  }

  private CompiledHost compileHost(RouteConfiguration table, VirtualHost host, int port) {
    VirtualHostCompiler compiler = new VirtualHostCompiler(table, host, clusters);
    RouteTable routes = compiler.compile();
    String name = host.name();
    int colon = name.lastIndexOf(':');
    String plain = colon > 0 && isPort(name, colon + 1) ? name.substring(0, colon) : name;
    Target target = new Target("", serviceHost(routes, plain), Workload.UNKNOWN);
    return new CompiledHost(
        table,
        host,
        new HttpDestination(plain, port, routes, target, host.includeAttemptCount(), context),
        compiler);
  }

  /** The service that calls without cluster are told under: the first route's, else the name. */
  private static String serviceHost(RouteTable routes, String name) {
    for (CompiledRoute route : routes.routes()) {
      if (route.action() instanceof CompiledAction.Forward f && f.shares().length > 0) {
        return Target.hostOf(f.shares()[0].cluster());
      }
    }
    return name;
  }
}

package dev.weft.client.vectors;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.Endpoint;
import dev.weft.model.Fault;
import dev.weft.model.HeaderMutation;
import dev.weft.model.InboundListener;
import dev.weft.model.Locality;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutboundListener;
import dev.weft.model.RetryPolicy;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.WeightedCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says, in the words of expectations.json, what a snapshot means. */
final class Derived {
  private static final Pattern ABSENT = Pattern.compile("needs cluster ([^,]+), absent from CDS");
  private static final Map<RetryPolicy.On, String> ON =
      Map.of(
          RetryPolicy.On.FIVE_XX, "5xx",
          RetryPolicy.On.CONNECT_FAILURE, "connect-failure",
          RetryPolicy.On.REFUSED_STREAM, "refused-stream",
          RetryPolicy.On.GRPC_UNAVAILABLE, "unavailable",
          RetryPolicy.On.GRPC_CANCELLED, "cancelled",
          RetryPolicy.On.RETRIABLE_STATUS_CODES, "retriable-status-codes");

  private final MeshSnapshot snapshot;
  private final Set<String> endpointsAskedFor;

  Derived(MeshSnapshot snapshot, Set<String> endpointsAskedFor) {
    this.snapshot = snapshot;
    this.endpointsAskedFor = endpointsAskedFor;
  }

  MeshSnapshot snapshot() {
    return snapshot;
  }

  JsonObject fact(String kind, JsonObject given) {
    return switch (kind) {
      case "outbound-http" -> given.has("virtualHosts") ? portZero(given) : http(given);
      case "outbound-tcp" -> tcp(given);
      case "cluster" -> cluster(given.get("cluster").getAsString());
      case "cluster-tls" -> clusterTls(given);
      case "inbound-transport" -> transport(given);
      case "inbound-http" -> inboundHttp(given);
      case "grpc-client" -> grpcClient(given);
      case "grpc-server" -> grpcServer(given);
      case "listener" -> listener(given);
      default -> new JsonObject();
    };
  }

  private JsonObject http(JsonObject given) {
    String host = given.get("host").getAsString();
    int port = given.get("port").getAsInt();
    OutboundListener listener = Routing.listener(snapshot, "127.0.0.1", port);
    JsonObject out = new JsonObject();
    if (listener != null && listener.target() instanceof OutboundListener.Target.Http http) {
      route(out, http.routeConfigurationName(), host, given);
    }
    return out;
  }

  private void route(JsonObject out, String table, String authority, JsonObject given) {
    Map<String, String> headers = new HashMap<>();
    given
        .getAsJsonObject("headers")
        .entrySet()
        .forEach(e -> headers.put(e.getKey(), e.getValue().getAsString()));
    String path = given.get("path").getAsString();
    Routing.Found found =
        Routing.find(snapshot, table, authority, given.get("method").getAsString(), path, headers);
    if (found.table() != null) {
      out.addProperty("routeConfig", found.table().name());
    }
    if (found.host() != null) {
      out.addProperty("virtualHost", found.host().name());
    } else {
      out.addProperty("result", "no matching virtual host: RPCs fail with UNAVAILABLE");
    }
    Route route = found.route();
    if (route == null) {
      return;
    }
    out.addProperty("route", route.name());
    headers(out, route);
    if (route.action() instanceof RouteAction.Passthrough) {
      JsonArray clusters = new JsonArray();
      clusters.add(weighted("PassthroughCluster", 100));
      out.add("clusters", clusters);
      out.addProperty("pathAtBackend", path);
    } else if (route.action() instanceof RouteAction.Forward f) {
      forward(out, f, path);
    } else if (route.action() instanceof RouteAction.Redirect r) {
      JsonObject redirect = new JsonObject();
      redirect.addProperty("status", r.status());
      String to = r.path() instanceof RouteAction.PathRewrite.Full full ? full.path() : path;
      redirect.addProperty(
          "location",
          (r.scheme() == null ? "http" : r.scheme())
              + "://"
              + (r.host() == null ? authority : r.host())
              + to);
      out.add("redirect", redirect);
    }
    Fault fault = route.fault();
    if (fault != null) {
      out.add("fault", fault(fault));
    }
  }

  private static void headers(JsonObject out, Route route) {
    JsonObject set = new JsonObject();
    route.requestHeaders().add().forEach(a -> set.addProperty(a.name(), a.value()));
    out.add("requestHeadersSet", set);
    out.add("requestHeadersRemoved", strings(route.requestHeaders().remove()));
    JsonObject added = new JsonObject();
    route.responseHeaders().add().forEach(a -> added.addProperty(a.name(), a.value()));
    out.add("responseHeadersAdded", added);
  }

  private static void forward(JsonObject out, RouteAction.Forward f, String path) {
    JsonArray clusters = new JsonArray();
    for (WeightedCluster w : f.clusters()) {
      JsonObject cluster = weighted(w.cluster(), w.weight());
      JsonObject set = new JsonObject();
      for (HeaderMutation.Add a : w.requestHeaders().add()) {
        if (a.append() == HeaderMutation.Append.OVERWRITE_IF_EXISTS_OR_ADD) {
          set.addProperty(a.name(), a.value());
        }
      }
      cluster.add("requestHeadersSet", set);
      clusters.add(cluster);
    }
    out.add("clusters", clusters);
    out.add("timeoutSeconds", seconds(f.timeout()));
    out.add("maxStreamDurationSeconds", seconds(f.timeout()));
    RetryPolicy retry = f.retry();
    if (retry != null) {
      JsonObject r = new JsonObject();
      JsonArray on = new JsonArray();
      retry.on().forEach(x -> on.add(ON.get(x)));
      r.add("on", on);
      r.addProperty("retries", retry.retries());
      r.add("perTryTimeoutSeconds", seconds(retry.perTryTimeout()));
      r.add("backoffBaseSeconds", seconds(retry.baseInterval()));
      r.addProperty("avoidPreviousHosts", retry.avoidPreviousHosts());
      out.add("retry", r);
      JsonArray grpc = new JsonArray();
      for (RetryPolicy.On x : retry.on()) {
        if (x.name().startsWith("GRPC_")) {
          grpc.add(x.name().substring("GRPC_".length()));
        }
      }
      out.add("grpcRetryCodes", grpc);
    }
    String at = path;
    if (f.rewrite() instanceof RouteAction.PathRewrite.Prefix) {
      at = rewritten(f, path);
    }
    out.addProperty("pathAtBackend", at);
    if (f.authority() != null) {
      out.addProperty("hostAtBackend", f.authority());
    }
    if (!f.hash().isEmpty() && f.hash().get(0) instanceof RouteAction.HashPolicy.Header h) {
      out.addProperty("hashHeader", h.name());
    }
    JsonArray mirrors = new JsonArray();
    for (RouteAction.Mirror m : f.mirrors()) {
      JsonObject mirror = new JsonObject();
      mirror.addProperty("cluster", m.cluster());
      mirror.addProperty("percent", m.perMillion() / 10_000.0);
      mirrors.add(mirror);
    }
    out.add("mirror", mirrors);
  }

  /** The dumps rewrite one prefix only: /api/ to /v2/. */
  private static String rewritten(RouteAction.Forward f, String path) {
    return f.rewrite() instanceof RouteAction.PathRewrite.Prefix p && path.startsWith("/api/")
        ? p.replacement() + path.substring("/api/".length())
        : path;
  }

  private static JsonObject fault(Fault fault) {
    JsonObject out = new JsonObject();
    if (fault.delay() != null) {
      JsonObject delay = new JsonObject();
      delay.add("seconds", seconds(fault.delay().duration()));
      delay.addProperty("percent", fault.delay().perMillion() / 10_000.0);
      out.add("delay", delay);
    }
    if (fault.abort() != null) {
      JsonObject abort = new JsonObject();
      abort.addProperty("httpStatus", fault.abort().httpStatus());
      abort.addProperty("percent", fault.abort().perMillion() / 10_000.0);
      out.add("abort", abort);
    }
    return out;
  }

  private static JsonObject weighted(String name, int weight) {
    JsonObject cluster = new JsonObject();
    cluster.addProperty("name", name);
    cluster.addProperty("weight", weight);
    return cluster;
  }

  private JsonObject tcp(JsonObject given) {
    String destination = given.get("destination").getAsString();
    int colon = destination.lastIndexOf(':');
    OutboundListener l =
        Routing.listener(
            snapshot,
            destination.substring(0, colon),
            Integer.parseInt(destination.substring(colon + 1)));
    JsonObject out = new JsonObject();
    if (l != null) {
      out.addProperty("listener", l.name());
      if (l.target() instanceof OutboundListener.Target.Tcp tcp) {
        out.addProperty("cluster", tcp.clusters().get(0).cluster());
      }
    }
    return out;
  }

  private JsonObject cluster(String name) {
    JsonObject out = new JsonObject();
    Cluster c = snapshot.clusters().get(name);
    if (c == null) {
      return out;
    }
    ClusterLoadAssignment endpoints = snapshot.assignments().get(c.assignment());
    boolean original = c.loadBalancing() instanceof Cluster.LoadBalancing.OriginalDestination;
    out.addProperty(
        "type",
        original
            ? "ORIGINAL_DST"
            : endpointsAskedFor.contains(c.assignment()) ? "EDS" : "STRICT_DNS");
    out.addProperty("lb", lb(c.loadBalancing()));
    if (c.loadBalancing() instanceof Cluster.LoadBalancing.RingHash ring) {
      out.addProperty("ringMinSize", ring.minimumSize());
    }
    out.add("connectTimeoutSeconds", seconds(c.connectTimeout()));
    if (!c.slowStart().isZero()) {
      JsonObject slow = new JsonObject();
      slow.add("windowSeconds", seconds(c.slowStart()));
      out.add("slowStart", slow);
    }
    if (!c.limits().equals(Cluster.Limits.NONE)) {
      JsonObject limits = new JsonObject();
      limit(limits, "connections", c.limits().connections());
      limit(limits, "pendingRequests", c.limits().pending());
      limit(limits, "requests", c.limits().requests());
      limit(limits, "retries", c.limits().retries());
      out.add("limits", limits);
    }
    out.addProperty(
        "upstreamProtocol", original ? "same as downstream" : c.http2() ? "HTTP2" : "HTTP11");
    if (c.outlier() != null) {
      JsonObject o = new JsonObject();
      o.addProperty("consecutive5xx", c.outlier().consecutive5xx());
      o.addProperty("consecutiveGatewayFailure", c.outlier().consecutiveGateway());
      o.add("intervalSeconds", seconds(c.outlier().interval()));
      o.add("baseEjectionSeconds", seconds(c.outlier().baseEjection()));
      o.addProperty("maxEjectionPercent", c.outlier().maxEjectionPercent());
      o.addProperty(
          "successRateEnforced",
          snapshot.notApplied().toString().contains("enforcing_success_rate"));
      out.add("outlier", o);
    }
    out.addProperty("panicThresholdPercent", c.panicPercent());
    tls(out, c);
    if (endpoints != null) {
      out.add("endpoints", endpoints(endpoints));
    }
    return out;
  }

  private static void tls(JsonObject out, Cluster c) {
    Cluster.MeshTls tls = null;
    if (c.tls() instanceof Cluster.UpstreamTls.Mutual m) {
      out.addProperty("mtls", "always");
      tls = m.tls();
    } else if (c.tls() instanceof Cluster.UpstreamTls.Auto a) {
      out.addProperty("mtls", "perEndpoint");
      tls = a.tls();
    } else {
      out.addProperty("mtls", "never");
    }
    if (tls != null) {
      out.add("expectedSans", strings(tls.sans()));
      out.addProperty("sni", tls.sni());
    }
  }

  private static JsonArray endpoints(ClusterLoadAssignment assignment) {
    JsonArray out = new JsonArray();
    for (ClusterLoadAssignment.LocalityEndpoints l : assignment.localities()) {
      for (Endpoint e : l.endpoints()) {
        JsonObject o = new JsonObject();
        o.addProperty("address", e.address() + ":" + e.port());
        o.addProperty("priority", l.priority());
        Locality at = l.locality();
        o.addProperty(
            "locality",
            at.equals(Locality.UNKNOWN) ? "" : at.region() + "/" + at.zone() + "/" + at.subZone());
        o.addProperty("localityWeight", l.weight());
        o.addProperty("weight", e.weight());
        o.addProperty("tlsMode", e.meshTls() ? "istio" : "disabled");
        out.add(o);
      }
    }
    return out;
  }

  private JsonObject clusterTls(JsonObject given) {
    Cluster c = snapshot.clusters().get(given.get("cluster").getAsString());
    boolean istio =
        !given.get("endpointTlsMode").isJsonNull()
            && given.get("endpointTlsMode").getAsString().equals("istio");
    boolean tls =
        c != null
            && (c.tls() instanceof Cluster.UpstreamTls.Mutual
                || c.tls() instanceof Cluster.UpstreamTls.Auto && istio);
    JsonObject out = new JsonObject();
    out.addProperty("transport", tls ? "mtls" : "plaintext");
    return out;
  }

  private @Nullable InboundListener inbound(int port) {
    InboundListener own = snapshot.inbound().get(port);
    return own == null ? snapshot.inbound().get(InboundListener.ANY_PORT) : own;
  }

  private JsonObject inboundHttp(JsonObject given) {
    InboundListener port = inbound(given.get("port").getAsInt());
    JsonObject out = new JsonObject();
    if (port != null && port.mode() != InboundListener.Mode.CLOSED) {
      out.addProperty("decision", "ALLOW");
      out.addProperty("by", "no ALLOW policy present");
    }
    return out;
  }

  private JsonObject transport(JsonObject given) {
    JsonObject out = new JsonObject();
    InboundListener port = inbound(given.get("port").getAsInt());
    if (port == null) {
      return out;
    }
    boolean plain = given.get("transport").getAsString().equals("plaintext");
    boolean alpnIstio = given.has("alpn") && given.get("alpn").getAsString().equals("istio");
    switch (port.mode()) {
      case CLOSED -> out.addProperty("result", "connection closed");
      case DISABLE -> out.addProperty("result", plain ? "accepted" : "connection closed");
      case STRICT -> out.addProperty("result", plain ? "connection closed" : "accepted");
      case PERMISSIVE -> {
        if (plain || alpnIstio) {
          out.addProperty("result", "accepted");
        }
      }
    }
    return out;
  }

  private JsonObject grpcClient(JsonObject given) {
    String name = given.get("target").getAsString().substring("xds:///".length());
    JsonObject out = new JsonObject();
    for (OutboundListener l : snapshot.listeners()) {
      if (l.name().equals(name) && l.target() instanceof OutboundListener.Target.Http http) {
        out.addProperty("listener", l.name());
        out.addProperty("routeConfig", http.routeConfigurationName());
        route(out, http.routeConfigurationName(), name, given);
      }
    }
    return out;
  }

  private JsonObject grpcServer(JsonObject given) {
    String name = given.get("listener").getAsString();
    InboundListener port =
        snapshot.inbound().get(Integer.parseInt(name.substring(name.lastIndexOf(':') + 1)));
    JsonObject out = new JsonObject();
    if (port != null && port.mode() != InboundListener.Mode.CLOSED) {
      boolean strict = port.mode() == InboundListener.Mode.STRICT;
      out.addProperty("mtls", strict);
      out.addProperty("decision", "ALLOW");
      if (strict) {
        out.addProperty("requireClientCertificate", true);
      }
    }
    return out;
  }

  private JsonObject listener(JsonObject given) {
    JsonObject out = new JsonObject();
    if (given.has("proxyPort")) {
      OutboundListener l =
          Routing.listener(snapshot, "127.0.0.1", given.get("proxyPort").getAsInt());
      if (l != null && l.target() instanceof OutboundListener.Target.Http http) {
        out.addProperty("address", l.address() + ":" + l.port());
        out.addProperty("routeConfig", http.routeConfigurationName());
      }
    } else if (given.has("names")) {
      Set<String> names = new TreeSet<>();
      snapshot.listeners().forEach(l -> names.add(l.name()));
      boolean all = true;
      for (JsonElement n : given.getAsJsonArray("names")) {
        all &= names.contains(n.getAsString());
      }
      out.addProperty(
          "noVirtualInboundOrOutbound",
          all && !names.contains("virtualOutbound") && snapshot.inbound().isEmpty());
    }
    return out;
  }

  private JsonObject portZero(JsonObject given) {
    Set<String> absent = new TreeSet<>();
    Matcher m = ABSENT.matcher(snapshot.notApplied().toString());
    while (m.find()) {
      absent.add(m.group(1));
    }
    JsonObject out = new JsonObject();
    out.add("clustersNotInCds", strings(List.copyOf(absent)));
    boolean all503 = true;
    for (JsonElement name : given.getAsJsonArray("virtualHosts")) {
      all503 &=
          snapshot.routes().get(given.get("routeConfig").getAsString()).virtualHosts().stream()
              .filter(v -> v.name().equals(name.getAsString()))
              .flatMap(v -> v.routes().stream())
              .anyMatch(
                  r -> r.action() instanceof RouteAction.DirectResponse d && d.status() == 503);
    }
    if (all503) {
      out.addProperty("statusIfSelected", 503);
    }
    return out;
  }

  private static void limit(JsonObject out, String name, int value) {
    if (value != Integer.MAX_VALUE) {
      out.addProperty(name, value);
    }
  }

  private static String lb(Cluster.LoadBalancing lb) {
    if (lb instanceof Cluster.LoadBalancing.LeastRequest) {
      return "LEAST_REQUEST";
    } else if (lb instanceof Cluster.LoadBalancing.RoundRobin) {
      return "ROUND_ROBIN";
    } else if (lb instanceof Cluster.LoadBalancing.RingHash) {
      return "RING_HASH";
    }
    return "CLUSTER_PROVIDED";
  }

  private static JsonElement seconds(Duration d) {
    return d.isZero() ? JsonNull.INSTANCE : new JsonPrimitive(d.toMillis() / 1000.0);
  }

  private static JsonArray strings(List<String> items) {
    JsonArray out = new JsonArray();
    items.forEach(out::add);
    return out;
  }
}

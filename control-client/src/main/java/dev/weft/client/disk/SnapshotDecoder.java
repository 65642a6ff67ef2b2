package dev.weft.client.disk;

import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.Endpoint;
import dev.weft.model.Fault;
import dev.weft.model.HeaderMatch;
import dev.weft.model.HeaderMutation;
import dev.weft.model.InboundListener;
import dev.weft.model.Locality;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.OutboundListener;
import dev.weft.model.OutlierDetection;
import dev.weft.model.PathMatch;
import dev.weft.model.QueryMatch;
import dev.weft.model.RetryPolicy;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.RouteMatch;
import dev.weft.model.StringMatch;
import dev.weft.model.VirtualHost;
import dev.weft.model.WeightedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what {@link SnapshotEncoder} wrote, in the same order. */
final class SnapshotDecoder {
  private final PayloadReader in;

  SnapshotDecoder(byte[] bytes, int from) {
    in = new PayloadReader(bytes, from);
  }

  MeshSnapshot decode() {
    String version = in.string();
    List<OutboundListener> listeners = list(this::listener);
    Map<String, RouteConfiguration> routes =
        map(this::routeConfiguration, RouteConfiguration::name);
    Map<String, Cluster> clusters = map(this::cluster, Cluster::name);
    int count = in.count();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>(count * 2);
    for (int i = 0; i < count; i++) {
      assignments.put(in.string(), assignment());
    }
    Map<Integer, InboundListener> inbound = map(this::inbound, InboundListener::port);
    List<NotApplied> notApplied = list(() -> new NotApplied(in.string(), in.string()));
    if (!in.atEnd()) {
      throw new IllegalArgumentException("there are bytes behind the end");
    }
    return new MeshSnapshot(version, listeners, routes, clusters, assignments, inbound, notApplied);
  }

  private <T> List<T> list(Supplier<T> each) {
    int count = in.count();
    if (count == 0) {
      return List.of();
    }
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(each.get());
    }
    return items;
  }

  private <K, T> Map<K, T> map(Supplier<T> each, Function<T, K> key) {
    int count = in.count();
    Map<K, T> items = new HashMap<>(count * 2);
    for (int i = 0; i < count; i++) {
      T item = each.get();
      items.put(key.apply(item), item);
    }
    return items;
  }

  private <T> @Nullable T orNull(Supplier<T> read) {
    return in.bool() ? read.get() : null;
  }

  private OutboundListener listener() {
    String name = in.string();
    String address = in.string();
    int port = in.integer();
    OutboundListener.Target target =
        switch (in.integer()) {
          case 0 -> new OutboundListener.Target.Http(in.string());
          case 1 -> new OutboundListener.Target.Tcp(list(this::weighted));
          default -> throw unknown("listener target");
        };
    return new OutboundListener(name, address, port, target);
  }

  private WeightedCluster weighted() {
    return new WeightedCluster(in.string(), in.integer(), headers(), headers());
  }

  private HeaderMutation headers() {
    List<String> remove = list(in::string);
    List<HeaderMutation.Add> add =
        list(
            () ->
                new HeaderMutation.Add(
                    in.string(), in.string(), in.constant(HeaderMutation.Append.class)));
    return remove.isEmpty() && add.isEmpty()
        ? HeaderMutation.NONE
        : new HeaderMutation(remove, add);
  }

  private RouteConfiguration routeConfiguration() {
    return new RouteConfiguration(
        in.string(), list(this::virtualHost), headers(), headers(), in.bool());
  }

  private VirtualHost virtualHost() {
    return new VirtualHost(in.string(), list(in::string), list(this::route), headers(), headers());
  }

  private Route route() {
    return new Route(in.string(), match(), action(), headers(), headers(), orNull(this::fault));
  }

  private RouteMatch match() {
    int kind = in.integer();
    String value = in.string();
    boolean caseSensitive = in.bool();
    PathMatch path =
        switch (kind) {
          case 0 -> new PathMatch.Exact(value, caseSensitive);
          case 1 -> new PathMatch.Prefix(value, caseSensitive);
          case 2 -> new PathMatch.SegmentPrefix(value, caseSensitive);
          case 3 -> new PathMatch.Regex(value);
          case 4 -> new PathMatch.Template(value);
          default -> throw unknown("path match");
        };
    return new RouteMatch(
        path,
        list(this::headerMatch),
        list(() -> new QueryMatch(in.string(), orNull(this::stringMatch))),
        in.integer());
  }

  private HeaderMatch headerMatch() {
    String name = in.string();
    HeaderMatch.Condition condition =
        switch (in.integer()) {
          case 0 -> new HeaderMatch.Condition.Value(stringMatch());
          case 1 -> new HeaderMatch.Condition.Range(in.signed(), in.signed());
          case 2 -> new HeaderMatch.Condition.Present(in.bool());
          default -> throw unknown("header condition");
        };
    return new HeaderMatch(name, condition, in.bool(), in.bool());
  }

  private StringMatch stringMatch() {
    int kind = in.integer();
    String value = in.string();
    boolean ignoreCase = in.bool();
    return switch (kind) {
      case 0 -> new StringMatch.Exact(value, ignoreCase);
      case 1 -> new StringMatch.Prefix(value, ignoreCase);
      case 2 -> new StringMatch.Suffix(value, ignoreCase);
      case 3 -> new StringMatch.Contains(value, ignoreCase);
      case 4 -> new StringMatch.Regex(value);
      default -> throw unknown("string match");
    };
  }

  private RouteAction action() {
    return switch (in.integer()) {
      case 0 ->
          new RouteAction.Forward(
              list(this::weighted),
              orNull(this::rewrite),
              in.stringOrNull(),
              in.duration(),
              orNull(this::retry),
              list(this::hash),
              list(() -> new RouteAction.Mirror(in.string(), in.integer())));
      case 1 ->
          new RouteAction.Redirect(
              in.stringOrNull(),
              in.stringOrNull(),
              in.integer(),
              orNull(this::rewrite),
              in.integer(),
              in.bool());
      case 2 -> new RouteAction.DirectResponse(in.integer(), in.string());
      case 3 -> new RouteAction.Passthrough();
      default -> throw unknown("route action");
    };
  }

  private RouteAction.PathRewrite rewrite() {
    return switch (in.integer()) {
      case 0 -> new RouteAction.PathRewrite.Prefix(in.string());
      case 1 -> new RouteAction.PathRewrite.Regex(in.string(), in.string());
      case 2 -> new RouteAction.PathRewrite.Full(in.string());
      default -> throw unknown("path rewrite");
    };
  }

  private RouteAction.HashPolicy hash() {
    return switch (in.integer()) {
      case 0 -> new RouteAction.HashPolicy.Header(in.string(), in.bool());
      case 1 -> {
        String name = in.string();
        Duration ttl = orNull(in::duration);
        yield new RouteAction.HashPolicy.Cookie(name, ttl, in.string(), in.bool());
      }
      case 2 -> new RouteAction.HashPolicy.SourceIp(in.bool());
      case 3 -> new RouteAction.HashPolicy.Query(in.string(), in.bool());
      default -> throw unknown("hash policy");
    };
  }

  private RetryPolicy retry() {
    return new RetryPolicy(
        new HashSet<>(list(() -> in.constant(RetryPolicy.On.class))),
        new HashSet<>(list(in::integer)),
        in.integer(),
        in.duration(),
        in.duration(),
        in.duration(),
        in.bool(),
        in.bool());
  }

  private Fault fault() {
    return new Fault(
        orNull(() -> new Fault.Delay(in.duration(), in.integer())),
        orNull(() -> new Fault.Abort((int) in.signed(), (int) in.signed(), in.integer())));
  }

  private Cluster cluster() {
    return new Cluster(
        in.string(),
        in.string(),
        loadBalancing(),
        in.duration(),
        new Cluster.Limits(in.integer(), in.integer(), in.integer(), in.integer()),
        orNull(this::outlier),
        tls(),
        in.bool(),
        in.bool(),
        in.duration(),
        in.integer());
  }

  private Cluster.UpstreamTls tls() {
    return switch (in.integer()) {
      case 0 -> new Cluster.UpstreamTls.None();
      case 1 -> new Cluster.UpstreamTls.Mutual(meshTls());
      case 2 -> new Cluster.UpstreamTls.Auto(meshTls());
      default -> throw unknown("upstream TLS");
    };
  }

  private Cluster.MeshTls meshTls() {
    return new Cluster.MeshTls(in.string(), list(in::string));
  }

  private Cluster.LoadBalancing loadBalancing() {
    return switch (in.integer()) {
      case 0 -> new Cluster.LoadBalancing.RoundRobin();
      case 1 ->
          new Cluster.LoadBalancing.LeastRequest(
              in.integer(), Double.longBitsToDouble(in.signed()));
      case 2 -> new Cluster.LoadBalancing.Random();
      case 3 -> new Cluster.LoadBalancing.RingHash(in.signed(), in.signed());
      case 4 -> new Cluster.LoadBalancing.Maglev(in.integer());
      case 5 -> new Cluster.LoadBalancing.OriginalDestination();
      default -> throw unknown("load balancing");
    };
  }

  private OutlierDetection outlier() {
    return new OutlierDetection(
        in.integer(),
        in.integer(),
        in.integer(),
        in.bool(),
        in.duration(),
        in.duration(),
        in.duration(),
        in.integer());
  }

  private ClusterLoadAssignment assignment() {
    return new ClusterLoadAssignment(in.string(), list(this::locality), in.integer());
  }

  private ClusterLoadAssignment.LocalityEndpoints locality() {
    return new ClusterLoadAssignment.LocalityEndpoints(
        new Locality(in.string(), in.string(), in.string()),
        in.integer(),
        in.integer(),
        list(this::endpoint));
  }

  private Endpoint endpoint() {
    return new Endpoint(
        in.string(),
        in.integer(),
        in.integer(),
        in.constant(Endpoint.Health.class),
        in.bool(),
        new Endpoint.Workload(in.string(), in.string(), in.string(), in.string(), in.string()));
  }

  private InboundListener inbound() {
    return new InboundListener(
        in.integer(), in.constant(InboundListener.Mode.class), list(in::string));
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("unknown kind of " + what);
  }
}

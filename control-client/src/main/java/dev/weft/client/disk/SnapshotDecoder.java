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

/**
 * Reads what {@link SnapshotEncoder} wrote, in the same order.
 *
 * <p>Without a lambda: this runs before the application's {@code main}, where the first
 * invokedynamic of a process costs more than reading the whole file (docs/decisions/0031).
 */
final class SnapshotDecoder {
  private static final int LISTENER = 0;
  private static final int WEIGHTED = 1;
  private static final int STRING = 2;
  private static final int ADD = 3;
  private static final int TABLE = 4;
  private static final int HOST = 5;
  private static final int ROUTE = 6;
  private static final int HEADER_MATCH = 7;
  private static final int QUERY_MATCH = 8;
  private static final int HASH = 9;
  private static final int MIRROR = 10;
  private static final int RETRY_ON = 11;
  private static final int INTEGER = 12;
  private static final int CLUSTER = 13;
  private static final int LOCALITY = 14;
  private static final int ENDPOINT = 15;
  private static final int INBOUND = 16;
  private static final int NOT_APPLIED = 17;

  private final PayloadReader in;

  SnapshotDecoder(byte[] bytes, int from) {
    in = new PayloadReader(bytes, from);
  }

  MeshSnapshot decode() {
    String version = in.string();
    List<OutboundListener> listeners = list(LISTENER);
    Map<String, RouteConfiguration> routes = new HashMap<>();
    for (RouteConfiguration table : this.<RouteConfiguration>list(TABLE)) {
      routes.put(table.name(), table);
    }
    Map<String, Cluster> clusters = new HashMap<>();
    for (Cluster cluster : this.<Cluster>list(CLUSTER)) {
      clusters.put(cluster.name(), cluster);
    }
    int count = in.count();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>(count * 2);
    for (int i = 0; i < count; i++) {
      assignments.put(in.string(), assignment());
    }
    Map<Integer, InboundListener> inbound = new HashMap<>();
    for (InboundListener port : this.<InboundListener>list(INBOUND)) {
      inbound.put(port.port(), port);
    }
    List<NotApplied> notApplied = list(NOT_APPLIED);
    count = in.count();
    Map<String, List<String>> names = new HashMap<>(count * 2);
    for (int i = 0; i < count; i++) {
      names.put(in.string(), list(STRING));
    }
    if (!in.atEnd()) {
      throw new IllegalArgumentException("there are bytes behind the end");
    }
    return new MeshSnapshot(
        version, listeners, routes, clusters, assignments, inbound, notApplied, names);
  }

  private Object item(int kind) {
    return switch (kind) {
      case LISTENER -> listener();
      case WEIGHTED -> weighted();
      case STRING -> in.string();
      case ADD ->
          new HeaderMutation.Add(
              in.string(), in.string(), in.constant(HeaderMutation.Append.class));
      case TABLE -> routeConfiguration();
      case HOST -> virtualHost();
      case ROUTE -> route();
      case HEADER_MATCH -> headerMatch();
      case QUERY_MATCH -> new QueryMatch(in.string(), in.bool() ? stringMatch() : null);
      case HASH -> hash();
      case MIRROR -> new RouteAction.Mirror(in.string(), in.integer());
      case RETRY_ON -> in.constant(RetryPolicy.On.class);
      case INTEGER -> in.integer();
      case CLUSTER -> cluster();
      case LOCALITY -> locality();
      case ENDPOINT -> endpoint();
      case INBOUND -> inbound();
      case NOT_APPLIED -> new NotApplied(in.string(), in.string());
      default -> throw unknown("item");
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Each kind is of one type.
  private <T> List<T> list(int kind) {
    int count = in.count();
    if (count == 0) {
      return List.of();
    }
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add((T) item(kind));
    }
    return items;
  }

  private OutboundListener listener() {
    String name = in.string();
    String address = in.string();
    int port = in.integer();
    OutboundListener.Target target =
        switch (in.integer()) {
          case 0 -> new OutboundListener.Target.Http(in.string());
          case 1 -> new OutboundListener.Target.Tcp(list(WEIGHTED));
          default -> throw unknown("listener target");
        };
    return new OutboundListener(name, address, port, target);
  }

  private WeightedCluster weighted() {
    return new WeightedCluster(in.string(), in.integer(), headers(), headers());
  }

  private HeaderMutation headers() {
    List<String> remove = list(STRING);
    List<HeaderMutation.Add> add = list(ADD);
    return remove.isEmpty() && add.isEmpty()
        ? HeaderMutation.NONE
        : new HeaderMutation(remove, add);
  }

  private RouteConfiguration routeConfiguration() {
    return new RouteConfiguration(in.string(), list(HOST), headers(), headers(), in.bool());
  }

  private VirtualHost virtualHost() {
    return new VirtualHost(in.string(), list(STRING), list(ROUTE), headers(), headers(), in.bool());
  }

  private Route route() {
    return new Route(
        in.string(), match(), action(), headers(), headers(), in.bool() ? fault() : null);
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
    return new RouteMatch(path, list(HEADER_MATCH), list(QUERY_MATCH), in.integer());
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
              list(WEIGHTED),
              in.bool() ? rewrite() : null,
              in.stringOrNull(),
              in.duration(),
              in.bool() ? retry() : null,
              list(HASH),
              list(MIRROR));
      case 1 ->
          new RouteAction.Redirect(
              in.stringOrNull(),
              in.stringOrNull(),
              in.integer(),
              in.bool() ? rewrite() : null,
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
        Duration ttl = in.bool() ? in.duration() : null;
        yield new RouteAction.HashPolicy.Cookie(name, ttl, in.string(), in.bool());
      }
      case 2 -> new RouteAction.HashPolicy.SourceIp(in.bool());
      case 3 -> new RouteAction.HashPolicy.Query(in.string(), in.bool());
      default -> throw unknown("hash policy");
    };
  }

  private RetryPolicy retry() {
    return new RetryPolicy(
        new HashSet<>(this.<RetryPolicy.On>list(RETRY_ON)),
        new HashSet<>(this.<Integer>list(INTEGER)),
        in.integer(),
        in.duration(),
        in.duration(),
        in.duration(),
        in.bool(),
        in.bool());
  }

  private Fault fault() {
    return new Fault(
        in.bool() ? new Fault.Delay(in.duration(), in.integer()) : null,
        in.bool() ? new Fault.Abort((int) in.signed(), (int) in.signed(), in.integer()) : null);
  }

  private Cluster cluster() {
    return new Cluster(
        in.string(),
        in.string(),
        loadBalancing(),
        in.duration(),
        new Cluster.Limits(in.integer(), in.integer(), in.integer(), in.integer()),
        in.bool() ? outlier() : null,
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
    return new Cluster.MeshTls(in.string(), list(STRING));
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
    return new ClusterLoadAssignment(in.string(), list(LOCALITY), in.integer());
  }

  private ClusterLoadAssignment.LocalityEndpoints locality() {
    return new ClusterLoadAssignment.LocalityEndpoints(
        new Locality(in.string(), in.string(), in.string()),
        in.integer(),
        in.integer(),
        list(ENDPOINT));
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
    return new InboundListener(in.integer(), in.constant(InboundListener.Mode.class), list(STRING));
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("unknown kind of " + what);
  }
}

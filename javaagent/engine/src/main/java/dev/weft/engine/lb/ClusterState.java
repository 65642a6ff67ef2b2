package dev.weft.engine.lb;

import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.env.Resolver;
import dev.weft.engine.env.Ticket;
import dev.weft.engine.limit.Permits;
import dev.weft.engine.limit.RetryLimit;
import dev.weft.engine.outlier.Detector;
import dev.weft.engine.outlier.HostHealth;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.tls.Identities;
import dev.weft.engine.tls.MeshIdentity;
import dev.weft.engine.tls.MeshPeerTls;
import dev.weft.model.Cluster;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.ClusterLoadAssignment.LocalityEndpoints;
import dev.weft.model.Endpoint;
import dev.weft.model.Endpoint.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster at run time: its endpoints, who of them may be picked, its limits and its passive
 * health checking.
 *
 * <p>Concurrency: calls read one volatile reference to immutable {@link Candidates}; whatever
 * changes them (DNS answers, ejections) rebuilds under this object's monitor, in which nothing
 * blocks. A new configuration makes a new object that takes over the {@link Host}s, so that counts,
 * ejections and metric handles go on.
 */
public final class ClusterState {
  private final Cluster model;
  private final ClusterLoadAssignment assignment;
  private final EngineEnvironment env;
  private final Identities identities;
  private final Target target;
  private final Permits permits;
  private final RetryLimit retryLimit;
  private final long connectTimeoutNanos;
  private final @Nullable Detector detector;
  private final boolean alwaysTls;
  private final boolean autoTls;
  private final Map<InetSocketAddress, Host> hosts = new HashMap<>();
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private final List<Resolver.Watch> watches = new ArrayList<>();
  private final Ticket resolved = new Ticket();
  private volatile Candidates candidates = Candidates.NONE;
  private volatile boolean resolving;
  private volatile @Nullable MeshPeerTls tls;
  private volatile @Nullable Host lastPrimary;

  /**
   * @param before the same cluster in the configuration before, or null
   */
  public ClusterState(
      Cluster model,
      ClusterLoadAssignment assignment,
      EngineEnvironment env,
      Identities identities,
      @Nullable ClusterState before) {
    this.model = model;
    this.assignment = assignment;
    this.env = env;
    this.identities = identities;
    this.alwaysTls = model.tls() instanceof UpstreamTls.Mutual;
    this.autoTls = model.tls() instanceof UpstreamTls.Auto;
    this.connectTimeoutNanos = model.connectTimeout().toNanos();
    this.target =
        before != null
            ? before.target
            : new Target(model.name(), Target.hostOf(model.name()), Workload.UNKNOWN);
    Cluster.Limits limits = model.limits();
    this.permits =
        before != null && before.permits.limit() == limits.requests()
            ? before.permits
            : Permits.of(model.name(), limits.requests());
    this.retryLimit =
        before != null && before.retryLimit.limit() == limits.retries()
            ? before.retryLimit
            : new RetryLimit(limits.retries());
    this.detector =
        model.outlier() == null
            ? null
            : new Detector(
                model.outlier(), env.clock(), env.timer(), this::health, this::ejectionChanged);
    if (before != null) {
      synchronized (before) {
        hosts.putAll(before.hosts);
        names.putAll(before.names);
        lastPrimary = before.lastPrimary;
      }
    }
    build();
  }

  /** Goes into service: resolves names, recovers what an earlier configuration has ejected. */
  public void start() {
    for (LocalityEndpoints locality : assignment.localities()) {
      for (Endpoint e : locality.endpoints()) {
        if (!Addresses.isLiteral(e.address())) {
          watch(e.address());
        }
      }
    }
    if (watches.isEmpty()) {
      resolved.admit();
    }
    if (detector != null) {
      detector.start();
    } else {
      readmitAll();
    }
  }

  /** Nobody sweeps any more: what an earlier configuration has ejected comes back now. */
  private void readmitAll() {
    boolean changed = false;
    for (Host h : candidates.all()) {
      changed |= h.health().isEjected();
      h.health().readmit();
    }
    if (changed) {
      refresh();
    }
  }

  /** Goes out of service; calls in flight may still report. */
  public void close() {
    if (detector != null) {
      detector.close();
    }
    watches.forEach(Resolver.Watch::close);
    resolved.admit();
  }

  private void watch(String name) {
    resolving = !names.containsKey(name);
    watches.add(
        env.resolver()
            .watch(
                name,
                new Resolver.Answers() {
                  @Override
                  public void resolved(List<InetAddress> addresses) {
                    answered(name, addresses);
                  }

                  @Override
                  public void failed(Exception cause) {
                    answered(name, null);
                  }
                }));
  }

  private void answered(String name, @Nullable List<InetAddress> addresses) {
    synchronized (this) {
      if (addresses != null && !addresses.equals(names.get(name))) {
        names.put(name, List.copyOf(addresses));
        build();
      }
    }
    resolving = false;
    resolved.admit();
  }

  /** Brings hosts in line with configuration and names, and makes new candidates. */
  private synchronized void build() {
    Map<InetSocketAddress, Host> old = new HashMap<>(hosts);
    hosts.clear();
    List<Candidates.Locality> localities = new ArrayList<>();
    for (LocalityEndpoints locality : assignment.localities()) {
      List<Host> found = new ArrayList<>();
      List<Integer> weights = new ArrayList<>();
      for (Endpoint e : locality.endpoints()) {
        List<InetAddress> addresses =
            Addresses.isLiteral(e.address())
                ? List.of(Addresses.literal(e.address()))
                : names.getOrDefault(e.address(), List.of());
        for (InetAddress address : addresses) {
          found.add(host(old, new InetSocketAddress(address, e.port()), e));
          weights.add(e.weight());
        }
      }
      localities.add(
          new Candidates.Locality(
              locality.priority(),
              locality.weight(),
              found.toArray(new Host[0]),
              weights.stream().mapToInt(Integer::intValue).toArray()));
    }
    this.localities = localities;
    refresh();
  }

  private List<Candidates.Locality> localities = List.of();

  private Host host(Map<InetSocketAddress, Host> old, InetSocketAddress address, Endpoint e) {
    Host known = old.get(address);
    if (known == null) {
      known = hosts.get(address);
    }
    if (known == null) {
      known = new Host(address, e, this);
    } else {
      known.update(e, this);
    }
    hosts.put(address, known);
    return known;
  }

  private synchronized void refresh() {
    candidates =
        Candidates.of(
            model.loadBalancing(),
            localities,
            assignment.overprovisioningFactor(),
            model.panicPercent(),
            env.random());
  }

  private HostHealth[] health() {
    Host[] all = candidates.all();
    HostHealth[] health = new HostHealth[all.length];
    for (int i = 0; i < all.length; i++) {
      health[i] = all[i].health();
    }
    return health;
  }

  private void ejectionChanged(HostHealth health, long nanos) {
    refresh();
    for (Host h : candidates.all()) {
      if (h.health() == health) {
        env.events().ejected(name(), h.toString(), nanos);
      }
    }
  }

  /** Chooses an endpoint, or null when none may be used. */
  public @Nullable Host pick() {
    return candidates.pick(env.random());
  }

  /** Chooses an endpoint that is preferably not among the first {@code count} of {@code tried}. */
  public @Nullable Host pickOther(Host[] tried, int count) {
    return candidates.pickOther(env.random(), tried, count);
  }

  /** Hosts that a pick may return now; for explanations and TCP failover. */
  public List<Host> eligible() {
    return candidates.eligible();
  }

  /** Every endpoint, also those that are out. */
  public List<Host> all() {
    return List.of(candidates.all());
  }

  /** The ticket of the first DNS answer, or null when there is nothing to wait for. */
  public @Nullable Ticket unresolved() {
    return resolving && candidates.isEmpty() ? resolved : null;
  }

  /** Whether {@code host} has to be reached by mesh mTLS. */
  public boolean needsTls(Host host) {
    return alwaysTls || autoTls && host.meshTls();
  }

  /** TLS for hosts that {@link #needsTls}; null while this JVM has no identity. */
  public @Nullable MeshPeerTls tls() {
    MeshIdentity identity = identities.current();
    if (identity == null) {
      return null;
    }
    MeshPeerTls cached = tls;
    if (cached == null || cached.identity() != identity) {
      UpstreamTls kind = model.tls();
      cached =
          identity.peer(
              kind instanceof UpstreamTls.Mutual m ? m.tls() : ((UpstreamTls.Auto) kind).tls());
      tls = cached;
    }
    return cached;
  }

  /** The endpoint that last proved to be the primary and is still one of ours, or null. */
  public @Nullable Host lastPrimary() {
    Host host = lastPrimary;
    return host != null && host.cluster() == this ? host : null;
  }

  /** Remembers the primary; null forgets it. */
  public void lastPrimary(@Nullable Host host) {
    lastPrimary = host;
  }

  /** The cluster's name. */
  public String name() {
    return model.name();
  }

  /** As configured. */
  public Cluster model() {
    return model;
  }

  /** Endpoints as configured. */
  public ClusterLoadAssignment assignment() {
    return assignment;
  }

  /** Labels for calls that reach no endpoint. */
  public Target target() {
    return target;
  }

  /** Limit of requests in flight. */
  public Permits permits() {
    return permits;
  }

  /** Limit of retries in flight. */
  public RetryLimit retryLimit() {
    return retryLimit;
  }

  /** 0: the library's own. */
  public long connectTimeoutNanos() {
    return connectTimeoutNanos;
  }

  /** Passive health checking, or null. */
  public @Nullable Detector detector() {
    return detector;
  }
}

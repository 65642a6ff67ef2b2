package dev.weft.client.disk;

import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.Endpoint;
import dev.weft.model.Fault;
import dev.weft.model.HeaderMatch;
import dev.weft.model.HeaderMutation;
import dev.weft.model.InboundListener;
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
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot; {@link SnapshotDecoder} reads the same order. Maps and sets are written
 * sorted, so equal snapshots give equal bytes.
 */
final class SnapshotEncoder {
  private final PayloadWriter out = new PayloadWriter();

  byte[] encode(MeshSnapshot s) {
    out.string(s.version());
    list(s.listeners(), SnapshotEncoder::listener);
    list(sorted(s.routes()), SnapshotEncoder::routeConfiguration);
    list(sorted(s.clusters()), SnapshotEncoder::cluster);
    map(s.assignments());
    list(new TreeMap<>(s.inbound()).values(), SnapshotEncoder::inbound);
    list(s.notApplied(), SnapshotEncoder::notApplied);
    out.integer(s.names().size());
    new TreeMap<>(s.names())
        .forEach(
            (name, targets) -> {
              out.string(name);
              strings(targets);
            });
    return out.finish();
  }

  private static <T> Collection<T> sorted(Map<String, T> map) {
    return new TreeMap<>(map).values();
  }

  /** Assignments may be filed under another name than their own. */
  private void map(Map<String, ClusterLoadAssignment> assignments) {
    out.integer(assignments.size());
    for (Map.Entry<String, ClusterLoadAssignment> e : new TreeMap<>(assignments).entrySet()) {
      out.string(e.getKey());
      assignment(e.getValue());
    }
  }

  private <T> void list(Collection<? extends T> items, BiConsumer<SnapshotEncoder, T> each) {
    out.integer(items.size());
    for (T item : items) {
      each.accept(this, item);
    }
  }

  private <T> void orNull(@Nullable T item, BiConsumer<SnapshotEncoder, T> write) {
    out.bool(item != null);
    if (item != null) {
      write.accept(this, item);
    }
  }

  private void strings(Collection<String> items) {
    out.integer(items.size());
    items.forEach(out::string);
  }

  private void listener(OutboundListener l) {
    out.string(l.name());
    out.string(l.address());
    out.integer(l.port());
    if (l.target() instanceof OutboundListener.Target.Http http) {
      out.integer(0);
      out.string(http.routeConfigurationName());
    } else if (l.target() instanceof OutboundListener.Target.Tcp tcp) {
      out.integer(1);
      list(tcp.clusters(), SnapshotEncoder::weighted);
    }
  }

  private void weighted(WeightedCluster w) {
    out.string(w.cluster());
    out.integer(w.weight());
    headers(w.requestHeaders());
    headers(w.responseHeaders());
  }

  private void headers(HeaderMutation h) {
    strings(h.remove());
    list(
        h.add(),
        (SnapshotEncoder e, HeaderMutation.Add a) -> {
          e.out.string(a.name());
          e.out.string(a.value());
          e.out.constant(a.append());
        });
  }

  private void routeConfiguration(RouteConfiguration r) {
    out.string(r.name());
    list(r.virtualHosts(), SnapshotEncoder::virtualHost);
    headers(r.requestHeaders());
    headers(r.responseHeaders());
    out.bool(r.ignorePortInHost());
  }

  private void virtualHost(VirtualHost v) {
    out.string(v.name());
    strings(v.domains());
    list(v.routes(), SnapshotEncoder::route);
    headers(v.requestHeaders());
    headers(v.responseHeaders());
    out.bool(v.includeAttemptCount());
  }

  private void route(Route r) {
    out.string(r.name());
    match(r.match());
    action(r.action());
    headers(r.requestHeaders());
    headers(r.responseHeaders());
    orNull(r.fault(), SnapshotEncoder::fault);
  }

  private void match(RouteMatch m) {
    PathMatch path = m.path();
    if (path instanceof PathMatch.Exact p) {
      path(0, p.path(), p.caseSensitive());
    } else if (path instanceof PathMatch.Prefix p) {
      path(1, p.prefix(), p.caseSensitive());
    } else if (path instanceof PathMatch.SegmentPrefix p) {
      path(2, p.prefix(), p.caseSensitive());
    } else if (path instanceof PathMatch.Regex p) {
      path(3, p.regex(), true);
    } else if (path instanceof PathMatch.Template p) {
      path(4, p.template(), true);
    }
    list(m.headers(), SnapshotEncoder::headerMatch);
    list(
        m.query(),
        (SnapshotEncoder e, QueryMatch q) -> {
          e.out.string(q.name());
          e.orNull(q.value(), SnapshotEncoder::stringMatch);
        });
    out.integer(m.runtimePerMillion());
  }

  private void path(int kind, String value, boolean caseSensitive) {
    out.integer(kind);
    out.string(value);
    out.bool(caseSensitive);
  }

  private void headerMatch(HeaderMatch h) {
    out.string(h.name());
    HeaderMatch.Condition condition = h.condition();
    if (condition instanceof HeaderMatch.Condition.Value v) {
      out.integer(0);
      stringMatch(v.match());
    } else if (condition instanceof HeaderMatch.Condition.Range r) {
      out.integer(1);
      out.signed(r.start());
      out.signed(r.end());
    } else if (condition instanceof HeaderMatch.Condition.Present p) {
      out.integer(2);
      out.bool(p.present());
    }
    out.bool(h.invert());
    out.bool(h.missingAsEmpty());
  }

  private void stringMatch(StringMatch m) {
    if (m instanceof StringMatch.Exact s) {
      path(0, s.value(), s.ignoreCase());
    } else if (m instanceof StringMatch.Prefix s) {
      path(1, s.value(), s.ignoreCase());
    } else if (m instanceof StringMatch.Suffix s) {
      path(2, s.value(), s.ignoreCase());
    } else if (m instanceof StringMatch.Contains s) {
      path(3, s.value(), s.ignoreCase());
    } else if (m instanceof StringMatch.Regex s) {
      path(4, s.regex(), false);
    }
  }

  private void action(RouteAction action) {
    if (action instanceof RouteAction.Forward f) {
      out.integer(0);
      list(f.clusters(), SnapshotEncoder::weighted);
      orNull(f.rewrite(), SnapshotEncoder::rewrite);
      out.stringOrNull(f.authority());
      out.duration(f.timeout());
      orNull(f.retry(), SnapshotEncoder::retry);
      list(f.hash(), SnapshotEncoder::hash);
      list(
          f.mirrors(),
          (SnapshotEncoder e, RouteAction.Mirror m) -> {
            e.out.string(m.cluster());
            e.out.integer(m.perMillion());
          });
    } else if (action instanceof RouteAction.Redirect r) {
      out.integer(1);
      out.stringOrNull(r.scheme());
      out.stringOrNull(r.host());
      out.integer(r.port());
      orNull(r.path(), SnapshotEncoder::rewrite);
      out.integer(r.status());
      out.bool(r.stripQuery());
    } else if (action instanceof RouteAction.DirectResponse d) {
      out.integer(2);
      out.integer(d.status());
      out.string(d.body());
    } else if (action instanceof RouteAction.Passthrough) {
      out.integer(3);
    }
  }

  private void rewrite(RouteAction.PathRewrite rewrite) {
    if (rewrite instanceof RouteAction.PathRewrite.Prefix p) {
      out.integer(0);
      out.string(p.replacement());
    } else if (rewrite instanceof RouteAction.PathRewrite.Regex r) {
      out.integer(1);
      out.string(r.pattern());
      out.string(r.substitution());
    } else if (rewrite instanceof RouteAction.PathRewrite.Full f) {
      out.integer(2);
      out.string(f.path());
    }
  }

  private void hash(RouteAction.HashPolicy policy) {
    if (policy instanceof RouteAction.HashPolicy.Header h) {
      out.integer(0);
      out.string(h.name());
    } else if (policy instanceof RouteAction.HashPolicy.Cookie c) {
      out.integer(1);
      out.string(c.name());
      orNull(c.ttl(), (e, ttl) -> e.out.duration(ttl));
      out.string(c.path());
    } else if (policy instanceof RouteAction.HashPolicy.SourceIp) {
      out.integer(2);
    } else if (policy instanceof RouteAction.HashPolicy.Query q) {
      out.integer(3);
      out.string(q.name());
    }
    out.bool(policy.terminal());
  }

  private void retry(RetryPolicy r) {
    list(new TreeSet<>(r.on()), (SnapshotEncoder e, RetryPolicy.On on) -> e.out.constant(on));
    list(
        new TreeSet<>(r.retriableStatuses()),
        (SnapshotEncoder e, Integer status) -> e.out.integer(status));
    out.integer(r.retries());
    out.duration(r.perTryTimeout());
    out.duration(r.baseInterval());
    out.duration(r.maxInterval());
    out.bool(r.avoidPreviousHosts());
    out.bool(r.hedgeOnPerTryTimeout());
  }

  private void fault(Fault f) {
    orNull(
        f.delay(),
        (e, d) -> {
          e.out.duration(d.duration());
          e.out.integer(d.perMillion());
        });
    orNull(
        f.abort(),
        (e, a) -> {
          e.out.signed(a.httpStatus());
          e.out.signed(a.grpcStatus());
          e.out.integer(a.perMillion());
        });
  }

  private void cluster(Cluster c) {
    out.string(c.name());
    out.string(c.assignment());
    loadBalancing(c.loadBalancing());
    out.duration(c.connectTimeout());
    out.integer(c.limits().connections());
    out.integer(c.limits().pending());
    out.integer(c.limits().requests());
    out.integer(c.limits().retries());
    orNull(c.outlier(), SnapshotEncoder::outlier);
    if (c.tls() instanceof Cluster.UpstreamTls.None) {
      out.integer(0);
    } else if (c.tls() instanceof Cluster.UpstreamTls.Mutual m) {
      meshTls(1, m.tls());
    } else if (c.tls() instanceof Cluster.UpstreamTls.Auto a) {
      meshTls(2, a.tls());
    }
    out.bool(c.http2());
    out.bool(c.requiresPrimary());
    out.duration(c.slowStart());
    out.integer(c.panicPercent());
  }

  private void meshTls(int kind, Cluster.MeshTls tls) {
    out.integer(kind);
    out.string(tls.sni());
    strings(tls.sans());
  }

  private void loadBalancing(Cluster.LoadBalancing lb) {
    if (lb instanceof Cluster.LoadBalancing.RoundRobin) {
      out.integer(0);
    } else if (lb instanceof Cluster.LoadBalancing.LeastRequest l) {
      out.integer(1);
      out.integer(l.choices());
      out.signed(Double.doubleToLongBits(l.activeRequestBias()));
    } else if (lb instanceof Cluster.LoadBalancing.Random) {
      out.integer(2);
    } else if (lb instanceof Cluster.LoadBalancing.RingHash r) {
      out.integer(3);
      out.signed(r.minimumSize());
      out.signed(r.maximumSize());
    } else if (lb instanceof Cluster.LoadBalancing.Maglev m) {
      out.integer(4);
      out.integer(m.tableSize());
    } else if (lb instanceof Cluster.LoadBalancing.OriginalDestination) {
      out.integer(5);
    }
  }

  private void outlier(OutlierDetection o) {
    out.integer(o.consecutive5xx());
    out.integer(o.consecutiveGateway());
    out.integer(o.consecutiveLocalOrigin());
    out.bool(o.splitLocalOrigin());
    out.duration(o.interval());
    out.duration(o.baseEjection());
    out.duration(o.maxEjection());
    out.integer(o.maxEjectionPercent());
  }

  private void assignment(ClusterLoadAssignment a) {
    out.string(a.name());
    list(a.localities(), SnapshotEncoder::locality);
    out.integer(a.overprovisioningFactor());
  }

  private void locality(ClusterLoadAssignment.LocalityEndpoints l) {
    out.string(l.locality().region());
    out.string(l.locality().zone());
    out.string(l.locality().subZone());
    out.integer(l.priority());
    out.integer(l.weight());
    list(l.endpoints(), SnapshotEncoder::endpoint);
  }

  private void endpoint(Endpoint e) {
    out.string(e.address());
    out.integer(e.port());
    out.integer(e.weight());
    out.constant(e.health());
    out.bool(e.meshTls());
    out.string(e.workload().name());
    out.string(e.workload().namespace());
    out.string(e.workload().canonicalName());
    out.string(e.workload().revision());
    out.string(e.workload().cluster());
  }

  private void inbound(InboundListener i) {
    out.integer(i.port());
    out.constant(i.mode());
    strings(i.trustDomains());
  }

  private void notApplied(NotApplied n) {
    out.string(n.subject());
    out.string(n.reason());
  }
}

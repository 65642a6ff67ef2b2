package dev.weft.engine.tcp;

import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.TcpCall;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.lb.ClusterState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dialled host and port whose connections go to clusters by weight. Immutable. */
final class MeshTcpDestination implements TcpDestination {
  private final String host;
  private final int port;
  private final Share[] shares;
  private final int total;
  private final CallContext context;

  /** A cluster and its weight. */
  record Share(ClusterState cluster, int weight) {}

  MeshTcpDestination(String host, int port, List<Share> shares, CallContext context) {
    this.host = host;
    this.port = port;
    this.shares = shares.toArray(new Share[0]);
    this.total = (int) Math.min(Integer.MAX_VALUE, shares.stream().mapToLong(Share::weight).sum());
    this.context = context;
  }

  @Override
  public @Nullable TcpCall begin() {
    if (NestedCalls.inside()) {
      return null;
    }
    ClusterState cluster = draw();
    // No endpoint is known (ORIGINAL_DST, or none registered): the library's own way may work.
    return cluster.all().isEmpty() && cluster.unresolved() == null
        ? null
        : new MeshTcpCall(this, cluster, context);
  }

  private ClusterState draw() {
    if (shares.length == 1 || total == 0) {
      return shares[0].cluster;
    }
    int drawn = context.env().random().below(total);
    for (Share share : shares) {
      drawn -= share.weight;
      if (drawn < 0) {
        return share.cluster;
      }
    }
    return shares[0].cluster;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }
}

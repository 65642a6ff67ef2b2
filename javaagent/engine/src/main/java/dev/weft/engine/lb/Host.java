package dev.weft.engine.lb;

import dev.weft.engine.outlier.HostHealth;
import dev.weft.engine.telemetry.Target;
import dev.weft.model.Endpoint;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One endpoint of one cluster at run time: what survives configuration changes as long as cluster
 * and address stay.
 *
 * <p>Concurrency: the count of active requests is atomic; the rest is written by the configuring
 * thread and read by calls, each field on its own.
 */
public final class Host {
  private static final AtomicIntegerFieldUpdater<Host> ACTIVE =
      AtomicIntegerFieldUpdater.newUpdater(Host.class, "active");

  private final InetSocketAddress address;
  private final HostHealth health = new HostHealth();
  private volatile int active;
  private volatile Endpoint endpoint;
  private volatile Target target;
  private volatile ClusterState cluster;

  Host(InetSocketAddress address, Endpoint endpoint, ClusterState cluster) {
    this.address = address;
    this.endpoint = endpoint;
    this.cluster = cluster;
    this.target = target(endpoint, cluster);
  }

  private static Target target(Endpoint endpoint, ClusterState cluster) {
    return new Target(cluster.name(), cluster.target().serviceHost(), endpoint.workload());
  }

  /** Takes over the newest configuration. */
  void update(Endpoint nextEndpoint, ClusterState nextCluster) {
    if (!endpoint.workload().equals(nextEndpoint.workload())) {
      target = target(nextEndpoint, nextCluster);
    }
    endpoint = nextEndpoint;
    cluster = nextCluster;
  }

  /** Resolved; the same object for the life of this host. */
  public InetSocketAddress address() {
    return address;
  }

  /** Whether it takes mesh mTLS. */
  public boolean meshTls() {
    return endpoint.meshTls();
  }

  /** As configured last. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Its labels and the recorder's handles. */
  public Target target() {
    return target;
  }

  /** Passive health. */
  public HostHealth health() {
    return health;
  }

  /** The newest configuration of its cluster, which keeps the outlier detector. */
  public ClusterState cluster() {
    return cluster;
  }

  /** Requests (or connections) in flight. */
  public int active() {
    return active;
  }

  /** One more in flight. */
  public void begin() {
    ACTIVE.incrementAndGet(this);
  }

  /** One less; exactly once per {@link #begin}. */
  public void end() {
    ACTIVE.decrementAndGet(this);
  }

  @Override
  public String toString() {
    return address.getHostString() + ":" + address.getPort();
  }
}

package dev.weft.engine.tcp;

import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.TcpCall;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.engine.outlier.Detector;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.telemetry.TcpView;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection: endpoints in the balancer's order, each once, then those that are out of service
 * or ejected (a connect that fails costs less than a connection refused to the application).
 *
 * <p>A cluster that requires a primary may have none for a while (failover). Then rounds over all
 * endpoints go on with growing waits ({@value #FIRST_WAIT_MILLIS} ms doubling to {@value
 * #LONGEST_WAIT_MILLIS} ms) until {@value #WINDOW_SECONDS} s after the first try; other clusters
 * get one round. The application's own connect timeout still ends it earlier.
 *
 * <p>The endpoint that was the primary last is tried first, so that a steady state costs no detour
 * over standbys.
 *
 * <p>Used by the connecting thread, except {@link #closed}, which any thread may call.
 */
final class MeshTcpCall extends TcpCall implements TcpView {
  private static final int WINDOW_SECONDS = 30;
  private static final int FIRST_WAIT_MILLIS = 50;
  private static final int LONGEST_WAIT_MILLIS = 1000;

  private final MeshTcpDestination destination;
  private final ClusterState cluster;
  private final EngineEnvironment env;
  private final long startNanos;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Host[] tried = new Host[4];
  private int triedCount;
  private int round;
  private int attempts;
  private int flags;
  private long waitNanos;
  private @Nullable Host host;
  private @Nullable PeerTls tls;
  private @Nullable Throwable failure;
  private volatile long connectedNanos;
  private volatile boolean standing;

  MeshTcpCall(MeshTcpDestination destination, ClusterState cluster, CallContext context) {
    this.destination = destination;
    this.cluster = cluster;
    this.env = context.env();
    this.startNanos = env.clock().nanos();
  }

  @Override
  public boolean next() {
    waitNanos = 0;
    Host chosen = choose();
    if (chosen == null && requiresPrimary() && triedCount > 0) {
      waitNanos =
          TimeUnit.MILLISECONDS.toNanos(
              Math.min(LONGEST_WAIT_MILLIS, (long) FIRST_WAIT_MILLIS << Math.min(round, 10)));
      if (env.clock().nanos() + waitNanos - startNanos < TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
        round++;
        triedCount = 0;
        chosen = choose();
      }
    }
    if (chosen == null) {
      flags |= attempts == 0 ? Flags.UH : Flags.UF;
      recordEnd();
      return false;
    }
    if (cluster.needsTls(chosen)) {
      tls = cluster.tls();
      if (tls == null) {
        // Fails closed: never in the clear to a peer that is known to take mTLS.
        flags |= Flags.UF;
        recordEnd();
        return false;
      }
    } else {
      tls = null;
    }
    if (triedCount == tried.length) {
      tried = Arrays.copyOf(tried, 2 * triedCount);
    }
    tried[triedCount++] = chosen;
    attempts++;
    host = chosen;
    return true;
  }

  private @Nullable Host choose() {
    Host primary = requiresPrimary() ? cluster.lastPrimary() : null;
    if (primary != null && !wasTried(primary)) {
      return primary;
    }
    Host picked = cluster.pickOther(tried, triedCount);
    if (picked != null && !wasTried(picked)) {
      return picked;
    }
    for (Host h : cluster.all()) {
      if (!wasTried(h)) {
        return h;
      }
    }
    return null;
  }

  private boolean wasTried(Host h) {
    for (int i = 0; i < triedCount; i++) {
      if (tried[i] == h) {
        return true;
      }
    }
    return false;
  }

  private Host host() {
    Host h = host;
    if (h == null) {
      throw new IllegalStateException("next() has to answer true first");
    }
    return h;
  }

  @Override
  public InetSocketAddress address() {
    return host().address();
  }

  @Override
  public long waitNanos() {
    return waitNanos;
  }

  @Override
  public long connectTimeoutNanos() {
    return cluster.connectTimeoutNanos();
  }

  @Override
  public @Nullable PeerTls tls() {
    return tls;
  }

  @Override
  public boolean requiresPrimary() {
    return cluster.model().requiresPrimary();
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
    Host h = host();
    cluster.lastPrimary(null);
    Detector detector = h.cluster().detector();
    if (detector != null) {
      detector.unreachable(h.health(), false);
    }
  }

  @Override
  public void connected() {
    Host h = host();
    standing = true;
    connectedNanos = env.clock().nanos();
    h.begin();
    if (requiresPrimary()) {
      cluster.lastPrimary(h);
    }
    Detector detector = h.cluster().detector();
    if (detector != null) {
      detector.connected(h.health());
    }
    env.recorder().tcpOpened(this);
  }

  @Override
  public void closed() {
    if (standing && closed.compareAndSet(false, true)) {
      host().end();
      env.recorder().tcpClosed(this);
    }
  }

  private void recordEnd() {
    if (closed.compareAndSet(false, true)) {
      env.recorder().tcpClosed(this);
    }
  }

  @Override
  public String dialledHost() {
    return destination.host();
  }

  @Override
  public int dialledPort() {
    return destination.port();
  }

  @Override
  public Target target() {
    Host h = host;
    return h == null ? cluster.target() : h.target();
  }

  @Override
  public boolean mutualTls() {
    return tls != null;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public long durationNanos() {
    return standing ? Math.max(1, env.clock().nanos() - connectedNanos) : 0;
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }
}

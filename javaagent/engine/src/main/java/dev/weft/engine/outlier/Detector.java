package dev.weft.engine.outlier;

import dev.weft.bootstrap.MeshTimer;
import dev.weft.engine.env.Clock;
import dev.weft.model.OutlierDetection;
import java.util.function.Supplier;

/**
 * Passive health checking of one cluster: an endpoint that fails several times in a row gets no
 * calls for a while.
 *
 * <p><b>Trips</b> after {@code consecutive_5xx} answers of 500 or more in a row, or after {@code
 * consecutive_gateway_failure} answers of 502 to 504, each unless 0. Without {@code
 * split_external_local_origin_errors} a failed connect counts as 503 and a timeout as 504; with it
 * they count on their own, against {@code consecutive_local_origin_failure}. Never more than {@code
 * max_ejection_percent} of the endpoints are out, but one always may be.
 *
 * <p><b>Recovers</b>: every {@code interval} a sweep lets those back in that have been out for base
 * time × ejections in a row (at most the maximum). Each sweep that finds an endpoint in service
 * takes one ejection off its count. Sweeps are scheduled only while there is something to recover.
 *
 * <p>Concurrency: counting is lock-free; ejecting and sweeping hold this object's monitor, in which
 * nothing blocks. Two threads may both see the threshold reached: the second finds the endpoint
 * ejected already. Source: {@code envoy.config.cluster.v3.OutlierDetection}.
 */
public final class Detector {
  private static final int GATEWAY_FIRST = 502;
  private static final int GATEWAY_LAST = 504;

  /** Told, under the detector's lock, that the set of ejected endpoints has changed. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param nanos for how long it is out at least, 0: it is back
     */
    void changed(HostHealth host, long nanos);
  }

  private final OutlierDetection config;
  private final Clock clock;
  private final MeshTimer timer;
  private final Supplier<HostHealth[]> hosts;
  private final Listener listener;
  private boolean sweeping;
  private boolean closed;

  /**
   * @param hosts all endpoints of the cluster; asked anew each time
   */
  public Detector(
      OutlierDetection config,
      Clock clock,
      MeshTimer timer,
      Supplier<HostHealth[]> hosts,
      Listener listener) {
    this.config = config;
    this.clock = clock;
    this.timer = timer;
    this.hosts = hosts;
    this.listener = listener;
  }

  /** The endpoint answered with this HTTP status (for gRPC: the mapped one). */
  public void answered(HostHealth host, int status) {
    host.resetLocal();
    if (status < 500) {
      host.resetExternal();
    } else {
      externalError(host, status);
    }
  }

  /** The endpoint could not be reached, or broke off; {@code timedOut} when it was too slow. */
  public void unreachable(HostHealth host, boolean timedOut) {
    if (config.splitLocalOrigin()) {
      count(HostHealth.LOCAL.incrementAndGet(host), config.consecutiveLocalOrigin(), host);
    } else {
      externalError(host, timedOut ? GATEWAY_LAST : 503);
    }
  }

  /** A connection stands: only local origin errors end here (TCP). */
  public void connected(HostHealth host) {
    host.resetLocal();
    if (!config.splitLocalOrigin()) {
      host.resetExternal();
    }
  }

  private void externalError(HostHealth host, int status) {
    if (status >= GATEWAY_FIRST && status <= GATEWAY_LAST) {
      count(HostHealth.GATEWAY.incrementAndGet(host), config.consecutiveGateway(), host);
    } else {
      host.resetGateway();
    }
    count(HostHealth.ERRORS.incrementAndGet(host), config.consecutive5xx(), host);
  }

  private void count(int inARow, int threshold, HostHealth host) {
    if (threshold > 0 && inARow >= threshold && !host.ejected) {
      eject(host);
    }
  }

  private synchronized void eject(HostHealth host) {
    if (host.ejected || closed) {
      return;
    }
    int out = 0;
    HostHealth[] all = hosts.get();
    for (HostHealth h : all) {
      out += h.ejected ? 1 : 0;
    }
    if (out > 0 && 100L * out >= (long) config.maxEjectionPercent() * all.length) {
      return;
    }
    host.ejected = true;
    host.ejectedAtNanos = clock.nanos();
    host.ejections++;
    listener.changed(host, ejectionNanos(host));
    scheduleSweep();
  }

  private long ejectionNanos(HostHealth host) {
    long base = config.baseEjection().toNanos();
    long max = Math.max(base, config.maxEjection().toNanos());
    return Math.min(max, base * Math.max(1, host.ejections));
  }

  /** Takes up what an earlier configuration left: endpoints that are out have to come back. */
  public synchronized void start() {
    for (HostHealth h : hosts.get()) {
      if (h.ejected || h.ejections > 0) {
        scheduleSweep();
        return;
      }
    }
  }

  /** This configuration has been replaced; a later one recovers what is out. */
  public synchronized void close() {
    closed = true;
  }

  private void scheduleSweep() {
    if (!sweeping && !closed) {
      sweeping = true;
      timer.schedule(this::sweep, Math.max(1_000_000L, config.interval().toNanos()));
    }
  }

  private synchronized void sweep() {
    sweeping = false;
    if (closed) {
      return;
    }
    long now = clock.nanos();
    boolean again = false;
    for (HostHealth host : hosts.get()) {
      if (host.ejected && now - host.ejectedAtNanos >= ejectionNanos(host)) {
        host.ejected = false;
        host.resetExternal();
        host.resetLocal();
        listener.changed(host, 0);
      } else if (!host.ejected && host.ejections > 0) {
        host.ejections--;
      }
      again |= host.ejected || host.ejections > 0;
    }
    if (again) {
      scheduleSweep();
    }
  }
}

package dev.weft.extension;

import dev.weft.engine.env.Events;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the engine notices beside calls: counted, the first of a kind logged, open ports passed on.
 *
 * <p>Ports may open before anybody listens for them, so they are kept here.
 */
public final class Notices implements Events {
  private final AtomicLong internalErrors = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Map<String, Boolean> toldRefusals = new ConcurrentHashMap<>();
  private final Map<Integer, OpenPort> open = new ConcurrentHashMap<>();
  private volatile @Nullable Runnable portsChanged;

  /**
   * A port that a woven server holds open.
   *
   * @param protocol http, http2 or grpc
   */
  public record OpenPort(int port, String protocol, boolean tlsCapable) {}

  /** Ports that woven servers hold open now. */
  public Map<Integer, OpenPort> open() {
    return Map.copyOf(open);
  }

  /** Has {@code task} run after every change of {@link #open()}, on whichever thread changed it. */
  public void onPortsChanged(Runnable task) {
    portsChanged = task;
  }

  /** Failures of our own so far. */
  public long internalErrors() {
    return internalErrors.get();
  }

  /** Inbound connections and requests refused so far. */
  public long refusals() {
    return refusals.get();
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {
    OpenPort port = new OpenPort(localPort, protocol, tlsCapable);
    if (!port.equals(open.put(localPort, port))) {
      changed();
    }
  }

  @Override
  public void stoppedListening(int localPort) {
    if (open.remove(localPort) != null) {
      changed();
    }
  }

  private void changed() {
    Runnable task = portsChanged;
    if (task != null) {
      task.run();
    }
  }

  @Override
  public void internalError(String place, Throwable failure) {
    internalErrors.incrementAndGet();
    Log.warnOnce(place, failure);
  }

  @Override
  public void refused(int localPort, @Nullable SocketAddress peer, String reason) {
    refusals.incrementAndGet();
    // The reasons are a handful of our own sentences; a bound all the same.
    if (toldRefusals.size() < 100 && toldRefusals.putIfAbsent(localPort + reason, true) == null) {
      Log.warn(
          "Port "
              + localPort
              + " refused "
              + peer
              + ": "
              + reason
              + ". Further ones of this kind are only counted.");
    }
  }

  @Override
  public void ejected(String cluster, String address, long nanos) {
    if (nanos > 0) {
      Log.info(
          "Endpoint "
              + address
              + " of "
              + cluster
              + " is ejected for "
              + nanos / 1_000_000
              + " ms.");
    } else {
      Log.info("Endpoint " + address + " of " + cluster + " is back.");
    }
  }
}

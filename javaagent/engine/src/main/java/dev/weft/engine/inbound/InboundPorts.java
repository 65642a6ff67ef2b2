package dev.weft.engine.inbound;

import dev.weft.bootstrap.InboundPort;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.tls.Identities;
import dev.weft.model.InboundListener;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ports that this JVM serves, whether configuration names them or not: a port without a rule of
 * its own follows that of {@link InboundListener#ANY_PORT}, so that the STRICT of a mesh or a
 * namespace holds at each port that the application opens. Reads go to a sorted array behind one
 * volatile field (a JVM has a handful of ports; no boxing); writes are rare and copy it under this
 * object's monitor.
 */
public final class InboundPorts {
  private final EngineEnvironment env;
  private final Identities identities;
  private volatile LivePort[] ports = new LivePort[0];
  private Map<Integer, InboundListener> policies = Map.of();
  private InboundListener.Mode otherwise = InboundListener.Mode.DISABLE;

  /** No port has a policy yet. */
  public InboundPorts(EngineEnvironment env, Identities identities) {
    this.env = env;
    this.identities = identities;
  }

  /** The port, or null when there is nothing to do for it. */
  public @Nullable InboundPort find(int localPort) {
    LivePort known = search(localPort);
    if (known == null) {
      known = add(localPort);
    }
    return known.matters() ? known : null;
  }

  private @Nullable LivePort search(int localPort) {
    LivePort[] all = ports;
    int low = 0;
    int high = all.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int port = all[middle].port();
      if (port == localPort) {
        return all[middle];
      }
      if (port < localPort) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  private synchronized LivePort add(int localPort) {
    LivePort known = search(localPort);
    if (known != null) {
      return known;
    }
    LivePort made = new LivePort(localPort, env, identities, otherwise);
    made.policy(policyOf(localPort), otherwise);
    LivePort[] next = Arrays.copyOf(ports, ports.length + 1);
    next[ports.length] = made;
    Arrays.sort(next, (a, b) -> Integer.compare(a.port(), b.port()));
    ports = next;
    return made;
  }

  /** Takes the policies of a new snapshot into force, at once for connections that stand. */
  public synchronized void policies(Map<Integer, InboundListener> next) {
    policies = next;
    apply();
  }

  private @Nullable InboundListener policyOf(int port) {
    InboundListener own = policies.get(port);
    return own != null ? own : policies.get(InboundListener.ANY_PORT);
  }

  /**
   * What a port does while no policy at all is known for it; {@code DISABLE} leaves it as if we
   * were not there.
   */
  public synchronized void otherwise(InboundListener.Mode mode) {
    otherwise = mode;
    apply();
  }

  private void apply() {
    for (LivePort port : ports) {
      port.policy(policyOf(port.port()), otherwise);
    }
  }
}

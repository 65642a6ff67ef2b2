package dev.weft.extension.join;

import dev.weft.client.ControlClient;
import dev.weft.client.NodeFacts;
import dev.weft.extension.Notices;
import dev.weft.extension.Notices.OpenPort;
import dev.weft.extension.config.AgentConfig;
import dev.weft.extension.config.AgentConfig.DeclaredPort;
import dev.weft.extension.probe.PortProbe;
import dev.weft.model.SvidMaterial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the control server told what this JVM serves: a port is announced once it accepts
 * connections, and as taking mTLS once it has proven so.
 *
 * <p>One daemon thread: woken by changes, else at growing intervals while something is unproven,
 * else asleep.
 */
final class Announcer implements Runnable {
  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long LAST_RETRY_MILLIS = 5_000;

  private final AgentConfig config;
  private final Notices notices;
  private final PortProbe probe;
  private final ControlClient client;
  private final Set<Integer> proven = new HashSet<>();
  private final Set<Integer> accepting = new HashSet<>();
  private NodeFacts facts;
  // Guarded by this.
  private @Nullable SvidMaterial identity;
  private boolean woken;
  private boolean ended;

  Announcer(
      AgentConfig config, Notices notices, PortProbe probe, ControlClient client, NodeFacts facts) {
    this.config = config;
    this.notices = notices;
    this.probe = probe;
    this.client = client;
    this.facts = facts;
  }

  /** There is an identity to prove ports with. */
  synchronized void identity(SvidMaterial material) {
    identity = material;
    wake();
  }

  /** Something changed that a proof may depend on. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Announces nothing more. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public void run() {
    long wait = FIRST_RETRY_MILLIS;
    while (true) {
      boolean settled = look();
      synchronized (this) {
        if (!woken && !ended) {
          try {
            wait(settled ? 0 : wait);
          } catch (InterruptedException e) {
            return;
          }
        }
        if (ended) {
          return;
        }
        wait = woken ? FIRST_RETRY_MILLIS : Math.min(wait * 2, LAST_RETRY_MILLIS);
        woken = false;
      }
    }
  }

  /** Looks at all ports and announces what has changed; whether nothing is left to find out. */
  private boolean look() {
    SvidMaterial material;
    synchronized (this) {
      material = identity;
    }
    Map<Integer, OpenPort> open = notices.open();
    proven.retainAll(open.keySet());
    boolean settled = true;
    List<NodeFacts.Port> ports = new ArrayList<>();
    for (DeclaredPort declared : declared(open)) {
      int target = declared.targetPort();
      OpenPort woven = open.get(target);
      if (woven == null && !accepting.contains(target)) {
        if (!probe.accepts(target)) {
          settled = false;
          continue;
        }
        accepting.add(target);
      }
      boolean tls = false;
      if (woven != null && woven.tlsCapable()) {
        tls = proven(woven, material);
        settled &= tls;
      }
      ports.add(
          new NodeFacts.Port(
              declared.port(), target, declared.protocol(), declared.protocol(), tls));
    }
    if (!ports.equals(facts.ports())) {
      facts = facts.withPorts(ports);
      client.announce(facts);
    }
    return settled;
  }

  private boolean proven(OpenPort port, @Nullable SvidMaterial material) {
    if (!proven.contains(port.port()) && material != null && probe.takesMutualTls(port, material)) {
      proven.add(port.port());
    }
    return proven.contains(port.port());
  }

  private List<DeclaredPort> declared(Map<Integer, OpenPort> open) {
    if (!config.ports().isEmpty() || config.service().isEmpty()) {
      return config.ports();
    }
    List<DeclaredPort> found = new ArrayList<>();
    for (Integer port : new TreeSet<>(open.keySet())) {
      OpenPort woven = open.get(port);
      if (woven != null) {
        found.add(new DeclaredPort(woven.protocol(), port, port));
      }
    }
    return found;
  }
}

package dev.weft.control.register;

import dev.weft.wire.v1.AgentStatus;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds instances for as long as their leases run, and remembers their services longer.
 *
 * <p>Leases are not stored: after a restart each instance gets a full one, so nothing expires until
 * one lease after the start. All methods are synchronized; listeners are called under the lock and
 * must only enqueue.
 */
public final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final Map<String, KnownService> services = new LinkedHashMap<>();
  private final Duration lease;
  private final LongSupplier nanos;
  private final RegistryFile file;
  private final Runnable changed;

  /**
   * Makes the registry with what {@code file} holds.
   *
   * @param lease granted with every message
   * @param nanos monotonic clock
   * @param changed called when endpoints or services differ
   */
  public Registry(Duration lease, LongSupplier nanos, RegistryFile file, Runnable changed) {
    this.lease = lease;
    this.nanos = nanos;
    this.file = file;
    this.changed = changed;
    RegistryFile.Content content = file.read();
    long end = nanos.getAsLong() + lease.toNanos();
    for (Announce announce : content.instances()) {
      instances.put(
          announce.getInstanceId(),
          new Instance(
              announce,
              announce.getHealth(),
              AgentStatus.getDefaultInstance(),
              tlsPorts(announce),
              Set.of(),
              end,
              false));
    }
    content.services().forEach(service -> services.put(service.key(), service));
  }

  /** Lease granted with every message. */
  public Duration lease() {
    return lease;
  }

  /** A new or changed announcement. Returns findings for the announcer. */
  public synchronized List<String> announce(Announce announce) {
    List<String> findings = new ArrayList<>();
    Instance old = instances.get(announce.getInstanceId());
    Set<Integer> tls = tlsPorts(announce);
    if (old != null) {
      tls.addAll(old.tlsPorts());
    }
    Instance now =
        new Instance(
            announce,
            announce.getHealth() == Health.HEALTH_UNSPECIFIED
                ? Health.HEALTHY
                : announce.getHealth(),
            old == null ? AgentStatus.getDefaultInstance() : old.status(),
            tls,
            old == null ? Set.of() : old.lostPorts(),
            end(),
            true);
    instances.put(now.id(), now);
    if (old == null) {
      takeOverPorts(now, findings);
    } else if (!old.lostPorts().isEmpty()) {
      findings.add(lost(old));
    }
    boolean grown = false;
    if (!announce.getService().isEmpty()) {
      KnownService.Update update =
          KnownService.merge(services.get(KnownService.key(announce)), announce);
      findings.addAll(update.findings());
      grown = !update.service().equals(services.put(update.service().key(), update.service()));
    }
    if (grown || old == null || !old.sameEndpoints(now)) {
      changedNow();
    }
    return findings;
  }

  /**
   * Renews a lease. Returns false when the instance is not known any more and has to announce
   * itself again.
   */
  public synchronized boolean heartbeat(String id, Health health, @Nullable AgentStatus status) {
    Instance old = instances.get(id);
    if (old == null) {
      return false;
    }
    Instance now =
        old.with(
            health == Health.HEALTH_UNSPECIFIED ? old.health() : health,
            status == null ? old.status() : status,
            end());
    instances.put(id, now);
    if (!old.sameEndpoints(now)) {
      changedNow();
    }
    return true;
  }

  /** Ends an instance at once. */
  public synchronized void goodbye(String id) {
    if (instances.remove(id) != null) {
      LOG.info("Instance {} said goodbye.", id);
      changedNow();
    }
  }

  /** The stream of an instance was lost; its lease runs on. */
  public synchronized void disconnected(String id) {
    instances.computeIfPresent(id, (key, instance) -> instance.withConnected(false));
  }

  /** Ends instances whose lease has run out. */
  public synchronized void expire() {
    long now = nanos.getAsLong();
    boolean any = false;
    for (Instance instance : List.copyOf(instances.values())) {
      if (now - instance.leaseEnd() >= 0) {
        LOG.warn(
            "Instance {} of {} at {} has not been heard of for {} s; its endpoints are removed.",
            instance.id(),
            instance.announce().getService(),
            instance.announce().getAddress(),
            lease.toSeconds());
        instances.remove(instance.id());
        any = true;
      }
    }
    if (any) {
      changedNow();
    }
  }

  /** All instances, in the order of their first announcement. */
  public synchronized List<Instance> instances() {
    return List.copyOf(instances.values());
  }

  /** All services that were ever announced and not forgotten. */
  public synchronized List<KnownService> services() {
    return List.copyOf(services.values());
  }

  /** Forgets a service that has no instance any more. Returns whether it was there. */
  public synchronized boolean forget(String namespace, String name) {
    String key = namespace + "/" + name;
    boolean alive =
        instances.values().stream().anyMatch(i -> KnownService.key(i.announce()).equals(key));
    if (alive || services.remove(key) == null) {
      return false;
    }
    changedNow();
    return true;
  }

  /**
   * Only one process listens on an address and port, so the newest to announce it is the one that
   * is alive: a JVM killed and started again need not wait for the old lease's end.
   */
  private void takeOverPorts(Instance now, List<String> findings) {
    for (Instance other : List.copyOf(instances.values())) {
      if (other.id().equals(now.id())
          || !other.announce().getAddress().equals(now.announce().getAddress())) {
        continue;
      }
      Set<Integer> common = targetPorts(other.announce().getPortsList());
      common.retainAll(targetPorts(now.announce().getPortsList()));
      common.removeAll(other.lostPorts());
      if (common.isEmpty()) {
        continue;
      }
      Set<Integer> lost = new HashSet<>(other.lostPorts());
      lost.addAll(common);
      instances.put(other.id(), other.withLost(lost));
      String text =
          "Address "
              + now.announce().getAddress()
              + " with ports "
              + common
              + " was that of instance "
              + other.id()
              + " of "
              + other.announce().getService()
              + ", whose lease still runs; calls now go to "
              + now.id()
              + ".";
      LOG.warn("{}", text);
      if (other.connected()) {
        findings.add(text + " Both are connected: give each its own WEFT_ADDRESS or WEFT_PORTS.");
      }
    }
  }

  private static String lost(Instance instance) {
    return "Ports "
        + instance.lostPorts()
        + " at "
        + instance.announce().getAddress()
        + " were announced later by another instance and are served by it. Give each JVM its own"
        + " WEFT_ADDRESS or WEFT_PORTS.";
  }

  private static Set<Integer> targetPorts(Collection<Port> ports) {
    Set<Integer> targets = new HashSet<>();
    ports.forEach(port -> targets.add(port.getTargetPort()));
    return targets;
  }

  private static Set<Integer> tlsPorts(Announce announce) {
    Set<Integer> ports = new HashSet<>();
    announce.getPortsList().stream()
        .filter(Port::getTlsReady)
        .forEach(port -> ports.add(port.getTargetPort()));
    return ports;
  }

  private void changedNow() {
    Map<String, Announce> announces = new HashMap<>();
    instances.values().forEach(i -> announces.put(i.id(), i.announce()));
    file.write(
        new RegistryFile.Content(List.copyOf(announces.values()), List.copyOf(services.values())));
    changed.run();
  }

  private long end() {
    return nanos.getAsLong() + lease.toNanos();
  }
}

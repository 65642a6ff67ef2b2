package dev.weft.control.register;

import dev.weft.wire.v1.AgentStatus;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Health;
import java.util.Set;

/**
 * A JVM as the server knows it; immutable.
 *
 * @param announce its facts
 * @param health the last it said
 * @param status the last it said
 * @param tlsPorts target ports that have ever proven mTLS; they are not downgraded
 * @param lostPorts target ports that a newer instance at the same address has taken over
 * @param leaseEnd on the registry's clock, nanoseconds
 * @param connected whether its stream is open
 */
public record Instance(
    Announce announce,
    Health health,
    AgentStatus status,
    Set<Integer> tlsPorts,
    Set<Integer> lostPorts,
    long leaseEnd,
    boolean connected) {
  public Instance {
    tlsPorts = Set.copyOf(tlsPorts);
    lostPorts = Set.copyOf(lostPorts);
  }

  /** Its id, unique per JVM start. */
  public String id() {
    return announce.getInstanceId();
  }

  /** Whether peers may be sent here. */
  public boolean serving() {
    return health != Health.DRAINING;
  }

  /** What endpoints are made of is the same. */
  boolean sameEndpoints(Instance other) {
    return announce.equals(other.announce)
        && health == other.health
        && tlsPorts.equals(other.tlsPorts)
        && lostPorts.equals(other.lostPorts);
  }

  Instance with(Health newHealth, AgentStatus newStatus, long newLeaseEnd) {
    return new Instance(
        announce, newHealth, newStatus, tlsPorts, lostPorts, newLeaseEnd, /* connected= */ true);
  }

  Instance withConnected(boolean now) {
    return new Instance(announce, health, status, tlsPorts, lostPorts, leaseEnd, now);
  }

  Instance withLost(Set<Integer> lost) {
    return new Instance(announce, health, status, tlsPorts, lost, leaseEnd, connected);
  }
}

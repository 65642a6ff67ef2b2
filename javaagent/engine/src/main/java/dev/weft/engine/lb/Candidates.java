package dev.weft.engine.lb;

import dev.weft.engine.env.RandomSource;
import dev.weft.model.Cluster.LoadBalancing;
import dev.weft.model.Endpoint.Health;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a cluster as they may be picked now: groups with shares. Immutable; made anew
 * when configuration, a DNS answer or an ejection changes anything, so that a pick looks at no
 * health at all.
 *
 * <p>A group is the healthy, the degraded or (in panic) all endpoints of one locality of one
 * priority. Shares follow {@link PriorityLoads}, and within a priority the localities' weights ×
 * availability when all of them carry one (Istio always sends the sum of endpoint weights, so that
 * is no change for it), else the sum of endpoint weights.
 */
final class Candidates {
  static final Candidates NONE = new Candidates(List.of(), new Host[0]);
  private static final int REPICKS = 5;

  /** The picker, where there is one group: the rule; saves two cache misses per pick. */
  private final @Nullable Picker only;

  private final Group[] groups;
  private final int[] sums;
  private final Host[] all;

  /** One locality of one priority, as configured and resolved. */
  record Locality(int priority, int weight, Host[] hosts, int[] weights) {}

  private record Group(Picker picker, double share, Host[] hosts) {}

  private Candidates(List<Group> groups, Host[] all) {
    this.groups = groups.toArray(new Group[0]);
    this.only = groups.size() == 1 ? groups.get(0).picker : null;
    this.all = all;
    this.sums = new int[this.groups.length];
    double total = groups.stream().mapToDouble(Group::share).sum();
    double running = 0;
    for (int i = 0; i < sums.length; i++) {
      running += this.groups[i].share;
      sums[i] = (int) Math.round(running / total * SHARES);
    }
  }

  private static final int SHARES = 1_000_000;

  static Candidates of(
      LoadBalancing policy,
      List<Locality> localities,
      int overprovisioning,
      int panicPercent,
      RandomSource random) {
    int priorities = 1 + localities.stream().mapToInt(Locality::priority).max().orElse(-1);
    int[] healthy = new int[priorities];
    int[] degraded = new int[priorities];
    int[] total = new int[priorities];
    List<Host> all = new ArrayList<>();
    for (Locality l : localities) {
      for (Host h : l.hosts) {
        healthy[l.priority] += usable(h, Health.HEALTHY) ? 1 : 0;
        degraded[l.priority] += usable(h, Health.DEGRADED) ? 1 : 0;
        total[l.priority] += h.endpoint().health() == Health.DRAINING ? 0 : 1;
        all.add(h);
      }
    }
    PriorityLoads loads =
        PriorityLoads.of(healthy, degraded, total, overprovisioning, panicPercent);
    List<Group> groups = new ArrayList<>();
    for (int p = 0; p < priorities; p++) {
      @Nullable Health wanted = loads.panic[p] ? null : Health.HEALTHY;
      addGroups(groups, policy, localities, p, wanted, loads.healthy[p], overprovisioning, random);
      addGroups(
          groups,
          policy,
          localities,
          p,
          Health.DEGRADED,
          loads.degraded[p],
          overprovisioning,
          random);
    }
    return new Candidates(groups, all.toArray(new Host[0]));
  }

  private static boolean usable(Host host, Health wanted) {
    return host.endpoint().health() == wanted && !host.health().isEjected();
  }

  private static void addGroups(
      List<Group> groups,
      LoadBalancing policy,
      List<Locality> localities,
      int priority,
      @Nullable Health wanted,
      int load,
      int overprovisioning,
      RandomSource random) {
    if (load == 0) {
      return;
    }
    boolean weighted =
        localities.stream().filter(l -> l.priority == priority).allMatch(l -> l.weight > 0);
    List<Group> made = new ArrayList<>();
    for (Locality l : localities) {
      if (l.priority != priority) {
        continue;
      }
      List<Host> hosts = new ArrayList<>();
      int[] weights = new int[l.hosts.length];
      long sum = 0;
      for (int i = 0; i < l.hosts.length; i++) {
        Host h = l.hosts[i];
        boolean in = wanted == null ? h.endpoint().health() != Health.DRAINING : usable(h, wanted);
        if (in) {
          weights[hosts.size()] = l.weights[i];
          sum += l.weights[i];
          hosts.add(h);
        }
      }
      if (!hosts.isEmpty()) {
        double available =
            Math.min(1, overprovisioning / 100.0 * hosts.size() / Math.max(1, l.hosts.length));
        Host[] array = hosts.toArray(new Host[0]);
        Picker picker =
            Picker.of(policy, array, java.util.Arrays.copyOf(weights, array.length), random);
        made.add(new Group(picker, weighted ? l.weight * available : sum, array));
      }
    }
    double sum = made.stream().mapToDouble(Group::share).sum();
    for (Group g : made) {
      groups.add(new Group(g.picker, load * g.share / sum, g.hosts));
    }
  }

  /** Every endpoint, also those that are out. */
  Host[] all() {
    return all;
  }

  boolean isEmpty() {
    return groups.length == 0;
  }

  /** Hosts that a pick may return now. */
  List<Host> eligible() {
    List<Host> hosts = new ArrayList<>();
    for (Group g : groups) {
      hosts.addAll(List.of(g.hosts));
    }
    return hosts;
  }

  @Nullable Host pick(RandomSource random) {
    if (only != null) {
      return only.pick(random);
    }
    return groups.length == 0 ? null : group(random).picker.pick(random);
  }

  private Group group(RandomSource random) {
    int drawn = random.below(SHARES);
    int i = 0;
    while (i < sums.length - 1 && drawn >= sums[i]) {
      i++;
    }
    return groups[i];
  }

  /**
   * Picks one that has not been tried: a few picks by policy, then any other eligible one, and only
   * when all were tried one of them again (Envoy gives up after {@code
   * host_selection_retry_max_attempts}, with two endpoints that is often the dead one).
   */
  @Nullable Host pickOther(RandomSource random, Host[] tried, int triedCount) {
    Host picked = pick(random);
    for (int i = 0; i < REPICKS && picked != null && contains(tried, triedCount, picked); i++) {
      picked = pick(random);
    }
    if (picked == null || !contains(tried, triedCount, picked)) {
      return picked;
    }
    for (Group g : groups) {
      int start = random.below(g.hosts.length);
      for (int i = 0; i < g.hosts.length; i++) {
        Host h = g.hosts[(start + i) % g.hosts.length];
        if (!contains(tried, triedCount, h)) {
          return h;
        }
      }
    }
    return picked;
  }

  private static boolean contains(Host[] tried, int count, Host host) {
    for (int i = 0; i < count; i++) {
      if (tried[i] == host) {
        return true;
      }
    }
    return false;
  }
}

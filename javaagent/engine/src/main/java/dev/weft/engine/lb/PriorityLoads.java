package dev.weft.engine.lb;

/**
 * How Envoy spreads calls over priorities, as percentages.
 *
 * <p>A priority's availability is healthy endpoints / all endpoints × overprovisioning factor, at
 * most 100 %. Priority 0 gets its availability, the next what is left, and so on; when the sum of
 * all is below 100 the shares are scaled up to it. A priority <em>panics</em>, that is uses all its
 * endpoints, when fewer than {@code healthy_panic_threshold} percent are healthy and the sum of all
 * availabilities is below 100; when every priority panics, load follows endpoint counts. Source:
 * Envoy's "Priority levels" and "Panic threshold".
 */
final class PriorityLoads {
  final int[] healthy;
  final int[] degraded;
  final boolean[] panic;

  private PriorityLoads(int priorities) {
    this.healthy = new int[priorities];
    this.degraded = new int[priorities];
    this.panic = new boolean[priorities];
  }

  /**
   * @param healthyCount endpoints by priority
   * @param total endpoints by priority
   * @param overprovisioning percent, such as 140
   * @param panicPercent 0 never panics
   */
  static PriorityLoads of(
      int[] healthyCount,
      int[] degradedCount,
      int[] total,
      int overprovisioning,
      int panicPercent) {
    int n = total.length;
    PriorityLoads loads = new PriorityLoads(n);
    int[] health = new int[n];
    int[] partial = new int[n];
    int sum = 0;
    for (int i = 0; i < n; i++) {
      if (total[i] > 0) {
        health[i] = (int) Math.min(100, (long) overprovisioning * healthyCount[i] / total[i]);
        partial[i] = (int) Math.min(100, (long) overprovisioning * degradedCount[i] / total[i]);
      }
      sum = Math.min(100, sum + health[i] + partial[i]);
    }
    boolean total0 = true;
    for (int i = 0; i < n; i++) {
      boolean few =
          total[i] == 0 || 100.0 * (healthyCount[i] + degradedCount[i]) / total[i] < panicPercent;
      loads.panic[i] = sum < 100 && few && panicPercent > 0;
      total0 &= loads.panic[i];
    }
    if (total0) {
      loads.byCount(total);
    } else if (sum > 0) {
      int left = 100;
      left = spread(health, loads.healthy, sum, left);
      left = spread(partial, loads.degraded, sum, left);
      giveRest(loads, left);
    }
    return loads;
  }

  private static int spread(int[] availability, int[] load, int sum, int available) {
    int left = available;
    for (int i = 0; i < availability.length; i++) {
      load[i] = Math.min(left, availability[i] * 100 / sum);
      left -= load[i];
    }
    return left;
  }

  /** What rounding left goes to the first that has any. */
  private static void giveRest(PriorityLoads loads, int left) {
    for (int[] load : new int[][] {loads.healthy, loads.degraded}) {
      for (int i = 0; i < load.length && left > 0; i++) {
        if (load[i] > 0) {
          load[i] += left;
          return;
        }
      }
    }
  }

  private void byCount(int[] total) {
    long all = 0;
    for (int t : total) {
      all += t;
    }
    int left = 100;
    for (int i = 0; all > 0 && i < total.length; i++) {
      healthy[i] = (int) (100L * total[i] / all);
      left -= healthy[i];
    }
    giveRest(this, all > 0 ? left : 0);
  }
}

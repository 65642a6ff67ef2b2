package dev.weft.engine.lb;

import dev.weft.engine.env.RandomSource;
import dev.weft.model.Cluster.LoadBalancing;

/**
 * Chooses among endpoints that are all equally eligible. Thread-safe, lock-free, allocates nothing.
 */
interface Picker {
  Host pick(RandomSource random);

  /**
   * @param hosts one or more
   * @param weights of the hosts, 1 or more each
   */
  static Picker of(LoadBalancing policy, Host[] hosts, int[] weights, RandomSource random) {
    if (hosts.length == 1) {
      Host only = hosts[0];
      return r -> only;
    }
    if (policy instanceof LoadBalancing.LeastRequest p) {
      return new LeastRequestPicker(hosts, weights, p.choices());
    }
    if (policy instanceof LoadBalancing.Random) {
      return new RandomPicker(hosts, weights);
    }
    return RoundRobinPicker.of(hosts, weights, random);
  }
}

package dev.weft.engine.lb;

import dev.weft.engine.env.RandomSource;
import java.util.Arrays;

/** Uniform, or in proportion to weights by binary search over their running sum. */
final class RandomPicker implements Picker {
  private final Host[] hosts;
  private final int[] sums;
  private final boolean uniform;

  RandomPicker(Host[] hosts, int[] weights) {
    this.hosts = hosts;
    this.uniform = Arrays.stream(weights).allMatch(w -> w == weights[0]);
    this.sums = uniform ? new int[0] : sums(weights);
  }

  /** Scales sums that would not fit an int, keeping every weight at 1 or more. */
  private static int[] sums(int[] weights) {
    long total = Arrays.stream(weights).asLongStream().sum();
    long divisor = 1 + total / (Integer.MAX_VALUE - weights.length);
    int[] sums = new int[weights.length];
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += (int) Math.max(1, weights[i] / divisor);
      sums[i] = sum;
    }
    return sums;
  }

  @Override
  public Host pick(RandomSource random) {
    if (uniform) {
      return hosts[random.below(hosts.length)];
    }
    int drawn = random.below(sums[sums.length - 1]);
    int found = Arrays.binarySearch(sums, drawn + 1);
    return hosts[found >= 0 ? found : -found - 1];
  }
}

package dev.weft.engine.lb;

import dev.weft.engine.env.RandomSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * In turn; with unequal weights along a schedule made once (smooth weighted round robin, which
 * spreads a heavy endpoint's turns evenly).
 *
 * <p>A pick is one atomic increment and one array read. Making the schedule costs time and memory
 * in proportion to the sum of weights, so weights are divided by their greatest common divisor, and
 * where the sum still exceeds {@value #LONGEST} turns, scaled down to it: an error of at most one
 * turn per endpoint and round. Each new set of endpoints starts at a random turn, so that clients
 * do not march in step.
 */
final class RoundRobinPicker implements Picker {
  private static final int LONGEST = 4096;

  private final Host[] turns;
  private final AtomicInteger next;

  private RoundRobinPicker(Host[] turns, int start) {
    this.turns = turns;
    this.next = new AtomicInteger(start);
  }

  static Picker of(Host[] hosts, int[] weights, RandomSource random) {
    if (Arrays.stream(weights).allMatch(w -> w == weights[0])) {
      return new RoundRobinPicker(hosts, random.below(hosts.length));
    }
    if (hosts.length > LONGEST / 4) {
      // A schedule would be mostly rounding; by chance the shares are exact.
      return new RandomPicker(hosts, weights);
    }
    Host[] turns = schedule(hosts, reduce(weights));
    return new RoundRobinPicker(turns, random.below(turns.length));
  }

  private static int[] reduce(int[] weights) {
    int divisor = weights[0];
    for (int w : weights) {
      divisor = gcd(divisor, w);
    }
    long sum = 0;
    for (int w : weights) {
      sum += w / divisor;
    }
    double scale = sum > LONGEST ? (double) LONGEST / sum : 1;
    int[] reduced = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      reduced[i] = (int) Math.max(1, Math.round(weights[i] / divisor * scale));
    }
    return reduced;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static Host[] schedule(Host[] hosts, int[] weights) {
    int sum = Arrays.stream(weights).sum();
    long[] credit = new long[hosts.length];
    Host[] turns = new Host[sum];
    for (int t = 0; t < sum; t++) {
      int best = 0;
      for (int i = 0; i < credit.length; i++) {
        credit[i] += weights[i];
        best = credit[i] > credit[best] ? i : best;
      }
      credit[best] -= sum;
      turns[t] = hosts[best];
    }
    return turns;
  }

  @Override
  public Host pick(RandomSource random) {
    return turns[(next.getAndIncrement() & Integer.MAX_VALUE) % turns.length];
  }
}

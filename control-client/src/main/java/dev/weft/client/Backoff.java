package dev.weft.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between tries: doubled each time up to a bound, each drawn from its upper half so that many
 * agents do not come back in one instant.
 */
public final class Backoff {
  private final Duration initial;
  private final Duration max;
  private final RandomGenerator random;
  private int tries;

  public Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initial = initial;
    this.max = max;
    this.random = random;
  }

  /** The next wait. */
  public Duration next() {
    long bound = max.toMillis();
    long wait = initial.toMillis();
    for (int i = 0; i < tries && wait < bound; i++) {
      wait *= 2;
    }
    tries++;
    wait = Math.max(1, Math.min(wait, bound));
    return Duration.ofMillis(wait / 2 + random.nextLong(wait / 2 + 1));
  }

  /** It worked: the next wait is the first one again. */
  public void reset() {
    tries = 0;
  }
}

package dev.weft.engine.env;

import java.util.concurrent.ThreadLocalRandom;

/** Chance, for shares, jitter and picks. Thread-safe. */
@FunctionalInterface
public interface RandomSource {
  /** The JVM's per-thread generator: no contention, no allocation. */
  RandomSource THREAD_LOCAL = bound -> ThreadLocalRandom.current().nextInt(bound);

  /**
   * Returns a number from 0 to {@code bound - 1}, all equally likely; {@code bound} is 1 or more.
   */
  int below(int bound);
}

package dev.weft.engine.lb;

import dev.weft.engine.env.RandomSource;

/**
 * Power of n choices: of {@code choice_count} random endpoints the one with fewest active requests.
 * No shared state is written, so threads do not contend.
 *
 * <p>Deviation from Envoy: with unequal weights Envoy runs a weighted round robin over weight /
 * (active + 1)^bias. Here the random endpoints are drawn by weight instead, which has the same
 * shares when idle, needs no lock, and does not know {@code active_request_bias}.
 */
final class LeastRequestPicker implements Picker {
  private final RandomPicker draw;
  private final int choices;

  LeastRequestPicker(Host[] hosts, int[] weights, int choices) {
    this.draw = new RandomPicker(hosts, weights);
    this.choices = choices;
  }

  @Override
  public Host pick(RandomSource random) {
    Host best = draw.pick(random);
    for (int i = 1; i < choices; i++) {
      Host other = draw.pick(random);
      if (other.active() < best.active()) {
        best = other;
      }
    }
    return best;
  }
}

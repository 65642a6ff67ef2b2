package dev.weft.engine.lb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The tables of Envoy's documentation on priority levels and panic. */
class PriorityLoadsTest {
  private static PriorityLoads of(int[] healthy, int[] total, int panic) {
    return PriorityLoads.of(healthy, new int[total.length], total, 140, panic);
  }

  @Test
  void twoLevels() {
    assertThat(of(new int[] {72, 100}, new int[] {100, 100}, 0).healthy).containsExactly(100, 0);
    assertThat(of(new int[] {71, 100}, new int[] {100, 100}, 0).healthy).containsExactly(99, 1);
    assertThat(of(new int[] {50, 100}, new int[] {100, 100}, 0).healthy).containsExactly(70, 30);
    assertThat(of(new int[] {0, 100}, new int[] {100, 100}, 0).healthy).containsExactly(0, 100);
    assertThat(of(new int[] {25, 25}, new int[] {100, 100}, 0).healthy).containsExactly(50, 50);
  }

  @Test
  void aLevelPanicsOnlyWhenAllTogetherAreNotEnough() {
    assertThat(of(new int[] {25, 75}, new int[] {100, 100}, 50).panic)
        .containsExactly(false, false);
    PriorityLoads low = of(new int[] {5, 65}, new int[] {100, 100}, 50);
    assertThat(low.panic).containsExactly(true, false);
    assertThat(low.healthy[0] + low.healthy[1]).isEqualTo(100);
  }

  @Test
  void whenAllPanicLoadFollowsTheNumberOfEndpoints() {
    PriorityLoads loads = of(new int[] {0, 0}, new int[] {10, 30}, 50);
    assertThat(loads.panic).containsExactly(true, true);
    assertThat(loads.healthy).containsExactly(25, 75);
  }

  @Test
  void withoutPanicAndHealthThereIsNowhereToGo() {
    assertThat(of(new int[] {0}, new int[] {10}, 0).healthy).containsExactly(0);
  }
}

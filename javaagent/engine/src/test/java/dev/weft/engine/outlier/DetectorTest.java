package dev.weft.engine.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.model.OutlierDetection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DetectorTest {
  private final FakeWorld world = new FakeWorld();
  private final HostHealth[] hosts =
      Stream.generate(HostHealth::new).limit(4).toArray(HostHealth[]::new);
  private final List<Long> changes = new ArrayList<>();

  private Detector detector(int any, int gateway, int local, boolean split, int maxPercent) {
    return new Detector(
        new OutlierDetection(
            any,
            gateway,
            local,
            split,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(70),
            maxPercent),
        world::now,
        world,
        () -> hosts,
        (host, nanos) -> changes.add(nanos / 1_000_000_000L));
  }

  @Test
  void ejectsAfterErrorsInARowAndASuccessStartsTheCountAnew() {
    Detector d = detector(3, 0, 0, false, 100);
    d.answered(hosts[0], 500);
    d.answered(hosts[0], 503);
    d.answered(hosts[0], 404);
    d.answered(hosts[0], 500);
    d.answered(hosts[0], 500);
    assertThat(hosts[0].isEjected()).isFalse();
    d.answered(hosts[0], 500);
    assertThat(hosts[0].isEjected()).isTrue();
  }

  @Test
  void gatewayErrorsAreCountedApart() {
    Detector d = detector(0, 2, 0, false, 100);
    d.answered(hosts[0], 500);
    d.answered(hosts[0], 503);
    d.answered(hosts[0], 500);
    d.answered(hosts[0], 503);
    assertThat(hosts[0].isEjected()).isFalse();
    d.unreachable(hosts[0], false);
    assertThat(hosts[0].isEjected()).isTrue();
  }

  @Test
  void localFailuresCountOnTheirOwnWhenSplit() {
    Detector d = detector(2, 2, 3, true, 100);
    d.unreachable(hosts[0], false);
    d.unreachable(hosts[0], true);
    d.answered(hosts[0], 503);
    d.unreachable(hosts[0], false);
    d.unreachable(hosts[0], false);
    assertThat(hosts[0].isEjected()).isFalse();
    d.unreachable(hosts[0], false);
    assertThat(hosts[0].isEjected()).isTrue();
  }

  @Test
  void isBackAfterBaseTimesEjectionsAtTheNextSweepUpToTheMaximum() {
    Detector d = detector(1, 0, 0, false, 100);
    d.answered(hosts[0], 500);
    world.advance(Duration.ofSeconds(29));
    assertThat(hosts[0].isEjected()).isTrue();
    world.advance(Duration.ofSeconds(1));
    assertThat(hosts[0].isEjected()).isFalse();
    d.answered(hosts[0], 500);
    world.advance(Duration.ofSeconds(59));
    assertThat(hosts[0].isEjected()).isTrue();
    world.advance(Duration.ofSeconds(1));
    assertThat(hosts[0].isEjected()).isFalse();
    d.answered(hosts[0], 500);
    assertThat(changes).containsExactly(30L, 0L, 60L, 0L, 70L);
  }

  @Test
  void quietIntervalsTakeTheMultiplierDownAgain() {
    Detector d = detector(1, 0, 0, false, 100);
    d.answered(hosts[0], 500);
    world.advance(Duration.ofSeconds(30));
    assertThat(hosts[0].ejections()).isEqualTo(1);
    world.advance(Duration.ofSeconds(10));
    assertThat(hosts[0].ejections()).isZero();
    d.answered(hosts[0], 500);
    assertThat(changes).endsWith(30L);
  }

  @Test
  void neverTakesOutMoreThanItsShareButAlwaysMayTakeOne() {
    Detector d = detector(1, 0, 0, false, 10);
    d.answered(hosts[0], 500);
    d.answered(hosts[1], 500);
    assertThat(hosts[0].isEjected()).isTrue();
    assertThat(hosts[1].isEjected()).isFalse();
  }

  @Test
  void aNewConfigurationBringsBackWhatTheOldOneTookOut() {
    Detector old = detector(1, 0, 0, false, 100);
    old.answered(hosts[0], 500);
    old.close();
    Detector next = detector(1, 0, 0, false, 100);
    next.start();
    world.advance(Duration.ofSeconds(40));
    assertThat(hosts[0].isEjected()).isFalse();
  }

  @Test
  void underContentionEachEjectionHappensOnceAndTheShareHolds() throws Exception {
    Detector d = detector(5, 0, 0, false, 50);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 50_000; i++) {
                    d.answered(hosts[i % 4], 500);
                  }
                }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(Stream.of(hosts).filter(HostHealth::isEjected)).hasSize(2);
    assertThat(changes).hasSize(2);
  }
}

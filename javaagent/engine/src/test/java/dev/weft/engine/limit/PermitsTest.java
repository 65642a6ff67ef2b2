package dev.weft.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PermitsTest {
  @Test
  void underContentionNeverMoreThanTheLimitAreOutAndAllComeBack() throws Exception {
    Permits permits = Permits.of("c", 3);
    RetryLimit retries = new RetryLimit(2);
    AtomicInteger out = new AtomicInteger();
    AtomicInteger worst = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    if (permits.tryAcquire()) {
                      worst.accumulateAndGet(out.incrementAndGet(), Math::max);
                      out.decrementAndGet();
                      permits.release();
                    }
                    if (retries.tryAcquire()) {
                      retries.release();
                    }
                  }
                }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(worst.get()).isLessThanOrEqualTo(3);
    assertThat(permits.available()).isEqualTo(3);
    assertThat(retries.inFlight()).isZero();
  }

  @Test
  void aLimitOfZeroRefusesEverything() {
    assertThat(Permits.of("c", 0).tryAcquire()).isFalse();
    assertThat(new RetryLimit(0).tryAcquire()).isFalse();
    assertThat(Permits.of("c", Integer.MAX_VALUE)).isSameAs(Permits.UNLIMITED);
  }
}

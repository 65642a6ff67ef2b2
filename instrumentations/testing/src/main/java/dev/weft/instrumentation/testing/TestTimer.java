package dev.weft.instrumentation.testing;

import dev.weft.bootstrap.MeshTimer;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer on one daemon thread in real time: adapters park and connect in real time too. */
final class TestTimer implements MeshTimer {
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "weft-test-timer");
            thread.setDaemon(true);
            return thread;
          });

  TestTimer() {
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Cancellable schedule(Runnable task, long nanos) {
    ScheduledFuture<?> scheduled =
        executor.schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Tasks that are still to run: 0 once every watchdog was cancelled. */
  int waiting() {
    return executor.getQueue().size();
  }

  void stop() {
    executor.shutdownNow();
  }
}

package dev.weft.extension.timer;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshTimer;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer behind {@link dev.weft.bootstrap.MeshEngine#timer()}: one daemon thread, started with
 * the first task. Cancelled tasks leave the queue at once, because nearly every timeout is
 * cancelled.
 */
public final class SharedTimer implements MeshTimer {
  private final ScheduledThreadPoolExecutor executor;

  /** Makes a timer; no thread starts before the first task. */
  public SharedTimer() {
    executor = new ScheduledThreadPoolExecutor(1, SharedTimer::thread);
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Cancellable schedule(Runnable task, long nanos) {
    Future<?> future =
        executor.schedule(
            () -> {
              try {
                task.run();
              } catch (Throwable t) {
                Mesh.internalError("timer", t);
              }
            },
            nanos,
            TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(null, body, "weft-timer", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(SharedTimer.class.getClassLoader());
    return thread;
  }
}

package dev.weft.extension.timer;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshTimer;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
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
    executor = new ScheduledThreadPoolExecutor(1, new Threads());
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

  /** A class and no method reference: this is made before main, where those cost milliseconds. */
  private static final class Threads implements ThreadFactory {
    @Override
    public Thread newThread(Runnable body) {
      Thread thread = new Thread(null, body, "weft-timer", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(SharedTimer.class.getClassLoader());
      return thread;
    }
  }
}

package dev.weft.client;

import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns all state of the client. A failure in a task is told: the executor of
 * the JDK keeps it in a future that nobody asks.
 */
final class ControlThread extends ScheduledThreadPoolExecutor {
  private final Listener listener;

  ControlThread(Listener listener) {
    super(1, BackgroundThreads.named("weft-control"));
    this.listener = listener;
    // What gRPC still hands in after close() has nobody to tell.
    setRejectedExecutionHandler(new DiscardPolicy());
    // Queued work must not outlive close().
    setRemoveOnCancelPolicy(true);
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    Throwable failure = thrown;
    if (failure == null && task instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = e.getCause();
      } catch (CancellationException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (failure != null) {
      StackTraceElement[] trace = failure.getStackTrace();
      listener.log(
          Level.ERROR,
          "Internal failure of the control client: "
              + failure
              + (trace.length == 0 ? "" : " at " + trace[0])
              + ". The last good configuration stays in use.");
    }
  }
}

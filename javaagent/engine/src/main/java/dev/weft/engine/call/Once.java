package dev.weft.engine.call;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a task at most once, whoever comes first. */
final class Once implements Runnable {
  private final AtomicReference<@Nullable Runnable> task;

  Once(Runnable task) {
    this.task = new AtomicReference<>(task);
  }

  @Override
  public void run() {
    Runnable t = task.getAndSet(null);
    if (t != null) {
      t.run();
    }
  }
}

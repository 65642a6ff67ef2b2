package dev.weft.demo.process;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something to become true. */
public final class Wait {
  private Wait() {}

  /**
   * Asks until the answer is true.
   *
   * @throws IllegalStateException naming {@code what} when it does not come true in time
   */
  public static void until(String what, Duration atMost, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      seconds(0.1);
    }
    throw new IllegalStateException("Waited " + atMost.toSeconds() + " s in vain: " + what, last);
  }

  /** Lets time pass: the demo measures what happens in it. */
  public static void seconds(double seconds) {
    try {
      Thread.sleep((long) (seconds * 1000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}

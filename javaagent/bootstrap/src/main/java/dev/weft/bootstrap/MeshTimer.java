package dev.weft.bootstrap;

/** One shared timer thread. Tasks must be short and must not block. */
public interface MeshTimer {

  /**
   * Runs {@code task} on the timer thread.
   *
   * @param nanos delay in nanoseconds; 0 or less runs it as soon as possible
   */
  Cancellable schedule(Runnable task, long nanos);

  /** A task that has not run yet. */
  interface Cancellable {
    /** Idempotent; a task that already runs is not interrupted. */
    void cancel();
  }
}

package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Gives up the connection of a blocking exchange when its time is over: the blocked thread then
 * gets an exception from the library and asks {@link #fired}. Either it fires or it is disarmed,
 * never both.
 */
final class Watchdog implements Runnable {
  private static final int ARMED = 0;
  private static final int FIRED = 1;
  private static final int DISARMED = 2;

  /** For exchanges without a limit. */
  static final Watchdog ASLEEP = new Watchdog(null);

  private final AtomicInteger state = new AtomicInteger();
  private final @Nullable ExecRuntime runtime;
  private MeshTimer.@Nullable Cancellable task;

  private Watchdog(@Nullable ExecRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * @param nanos time until it fires; 0 or less: never
   */
  static Watchdog over(ExecRuntime runtime, long nanos) {
    MeshEngine engine = nanos <= 0 ? null : Mesh.engine();
    if (engine == null) {
      return ASLEEP;
    }
    Watchdog dog = new Watchdog(runtime);
    dog.task = engine.timer().schedule(dog, nanos);
    return dog;
  }

  @Override
  public void run() {
    if (runtime != null && state.compareAndSet(ARMED, FIRED)) {
      runtime.discardEndpoint();
    }
  }

  /** Whether it gave the connection up. */
  boolean fired() {
    return state.get() == FIRED;
  }

  /** Stops it; returns whether it had fired before. */
  boolean disarm() {
    if (this == ASLEEP) {
      return false;
    }
    if (state.compareAndSet(ARMED, DISARMED) && task != null) {
      task.cancel();
    }
    return fired();
  }
}

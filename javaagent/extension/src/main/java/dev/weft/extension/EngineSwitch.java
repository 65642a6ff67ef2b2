package dev.weft.extension;

import dev.weft.bootstrap.Mesh;
import dev.weft.engine.Engine;
import org.jspecify.annotations.Nullable;

/**
 * Whether the mesh is in force in this process, and whether calls still wait for the first
 * configuration. Owns what stands behind {@link Mesh}.
 */
public final class EngineSwitch {
  private final Engine engine;
  private @Nullable FirstConfigWait waiting;
  private boolean on;

  /**
   * Makes it, switched off.
   *
   * @param waitNanos longest wait for the first configuration; 0: none
   */
  EngineSwitch(Engine engine, long waitNanos) {
    this.engine = engine;
    this.waiting = waitNanos > 0 ? new FirstConfigWait(engine, waitNanos) : null;
  }

  /** Puts the mesh into the process. Idempotent. */
  public synchronized void on() {
    on = true;
    FirstConfigWait wait = waiting;
    Mesh.install(wait == null ? engine : wait);
  }

  /**
   * Takes the mesh out of this process's calls; its ports stay as their policy says, see {@link
   * SwitchedOff}. Idempotent.
   */
  public synchronized void off() {
    on = false;
    Mesh.install(new SwitchedOff(engine));
    endWait();
  }

  /** Configuration is there, or cannot be had now: nobody waits any more. Idempotent. */
  public synchronized void endWait() {
    FirstConfigWait wait = waiting;
    if (wait != null) {
      waiting = null;
      if (on) {
        Mesh.install(engine);
      }
      wait.end();
    }
  }

  /** Whether the mesh is in force. */
  public synchronized boolean isOn() {
    return on;
  }
}

package dev.weft.client;

import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;
import java.lang.System.Logger.Level;

/** Keeps failures of the listener away from the streams. */
final class GuardedListener implements Listener {
  private final Listener listener;

  GuardedListener(Listener listener) {
    this.listener = listener;
  }

  @Override
  public void snapshot(MeshSnapshot snapshot) {
    guard("snapshot " + snapshot.version(), () -> listener.snapshot(snapshot));
  }

  @Override
  public void identity(SvidMaterial identity) {
    guard("identity " + identity, () -> listener.identity(identity));
  }

  @Override
  public void enabled(boolean on) {
    guard("enabled=" + on, () -> listener.enabled(on));
  }

  @Override
  public void log(Level level, String message) {
    try {
      listener.log(level, message);
    } catch (RuntimeException | LinkageError e) {
      // A log that fails has nowhere to say so.
    }
  }

  private void guard(String what, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | LinkageError e) {
      log(Level.ERROR, "The agent failed to take " + what + "; what was in force stays. " + e);
    }
  }
}

package dev.weft.client;

import dev.weft.client.disk.SnapshotFile;
import dev.weft.model.MeshSnapshot;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the snapshot in force to disk, at most a few times a second: what counts is the last one.
 * Confined to the control thread.
 */
final class SnapshotKeeper {
  private static final long DELAY_MILLIS = 250;

  private final @Nullable Path file;
  private final Listener listener;
  private final ScheduledExecutorService thread;
  private @Nullable MeshSnapshot unwritten;
  private @Nullable String lastTrouble;

  SnapshotKeeper(@Nullable Path file, Listener listener, ScheduledExecutorService thread) {
    this.file = file;
    this.listener = listener;
    this.thread = thread;
  }

  void keep(MeshSnapshot snapshot) {
    if (file == null) {
      return;
    }
    boolean scheduled = unwritten != null;
    unwritten = snapshot;
    if (!scheduled) {
      thread.schedule(this::flush, DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void flush() {
    MeshSnapshot snapshot = unwritten;
    unwritten = null;
    if (file == null || snapshot == null) {
      return;
    }
    try {
      SnapshotFile.write(file, snapshot);
      lastTrouble = null;
    } catch (IOException e) {
      String trouble = e.toString();
      if (!trouble.equals(lastTrouble)) {
        lastTrouble = trouble;
        listener.log(
            Level.WARNING,
            "Snapshot cannot be written to "
                + file
                + " ("
                + trouble
                + "): the next start has to wait for the control plane. Check WEFT_CACHE_DIR.");
      }
    }
  }
}

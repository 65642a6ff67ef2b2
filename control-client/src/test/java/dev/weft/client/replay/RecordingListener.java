package dev.weft.client.replay;

import dev.weft.client.Listener;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps everything that a client said. */
public final class RecordingListener implements Listener {
  public final List<MeshSnapshot> snapshots = new CopyOnWriteArrayList<>();
  public final List<SvidMaterial> identities = new CopyOnWriteArrayList<>();
  public final List<Boolean> enabled = new CopyOnWriteArrayList<>();
  public final List<String> log = new CopyOnWriteArrayList<>();

  @Override
  public void snapshot(MeshSnapshot snapshot) {
    snapshots.add(snapshot);
  }

  @Override
  public void identity(SvidMaterial identity) {
    identities.add(identity);
  }

  @Override
  public void enabled(boolean on) {
    enabled.add(on);
  }

  @Override
  public void log(System.Logger.Level level, String message) {
    log.add(level + " " + message);
  }

  public MeshSnapshot last() {
    return snapshots.isEmpty() ? MeshSnapshot.EMPTY : snapshots.get(snapshots.size() - 1);
  }
}

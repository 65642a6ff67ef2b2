package dev.weft.client.ads;

import com.google.protobuf.Any;
import dev.weft.model.MeshSnapshot;
import java.util.List;
import java.util.Map;

/**
 * A snapshot out of a set of resources, without a stream: for {@code weft explain} on the control
 * server, so that it sees what an agent would see.
 */
public final class OfflineSnapshot {
  private OfflineSnapshot() {}

  /** Translates and assembles as a stream that has received all of {@code resources} would. */
  public static MeshSnapshot of(Map<ResourceType, List<Any>> resources) {
    XdsResources received = new XdsResources();
    for (ResourceType type : ResourceType.values()) {
      received.apply(type, resources.getOrDefault(type, List.of()));
    }
    MeshSnapshot snapshot =
        new SnapshotAssembler(received, MeshSnapshot.EMPTY)
            .assemble(/* endpointsOnly= */ null, /* graceOver= */ true);
    return snapshot == null ? MeshSnapshot.EMPTY : snapshot;
  }
}

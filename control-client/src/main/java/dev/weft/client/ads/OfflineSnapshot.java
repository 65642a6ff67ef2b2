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

  /** As {@link #of(Map, String)} for a node without namespace: no bare names of TCP services. */
  public static MeshSnapshot of(Map<ResourceType, List<Any>> resources) {
    return of(resources, "");
  }

  /**
   * Translates and assembles as a stream that has received all of {@code resources} would.
   *
   * @param namespace of the node that they are for
   */
  public static MeshSnapshot of(Map<ResourceType, List<Any>> resources, String namespace) {
    XdsResources received = new XdsResources();
    for (ResourceType type : ResourceType.values()) {
      received.apply(type, resources.getOrDefault(type, List.of()));
    }
    MeshSnapshot snapshot =
        new SnapshotAssembler(received, MeshSnapshot.EMPTY, () -> namespace)
            .assemble(/* endpointsOnly= */ null, /* graceOver= */ true);
    return snapshot == null ? MeshSnapshot.EMPTY : snapshot;
  }
}

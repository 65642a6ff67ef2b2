package dev.weft.control.compile;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Everything compiled for one node: resources by type and name. */
public final class Snapshot {
  private final Map<XdsType, Map<String, Resource>> resources = new EnumMap<>(XdsType.class);

  /** Takes resources of several types. */
  public Snapshot(Map<XdsType, ? extends Collection<Resource>> byType) {
    byType.forEach(
        (type, list) -> {
          Map<String, Resource> byName = new LinkedHashMap<>();
          list.forEach(resource -> byName.put(resource.name(), resource));
          resources.put(type, byName);
        });
  }

  /** Resources of a type by name. */
  public Map<String, Resource> of(XdsType type) {
    return resources.getOrDefault(type, Map.of());
  }
}

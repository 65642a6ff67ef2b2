package dev.weft.client.ads;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has changed since the last assembly. */
final class PendingChange {
  private final Set<String> endpoints = new HashSet<>();
  private boolean other;
  private boolean scheduled;

  /** Whether this call has to schedule an assembly: true once until {@link #clear}. */
  boolean schedule() {
    boolean first = !scheduled;
    scheduled = true;
    return first;
  }

  void add(ResourceType type, Set<String> names) {
    if (type == ResourceType.ENDPOINT) {
      endpoints.addAll(names);
    } else {
      other = true;
    }
  }

  /** Names of changed assignments, or null when more than endpoints changed. */
  @Nullable Set<String> endpointsOnly() {
    return other ? null : Set.copyOf(endpoints);
  }

  void clear() {
    endpoints.clear();
    other = false;
    scheduled = false;
  }
}

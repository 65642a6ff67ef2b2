package dev.weft.client.translate;

import dev.weft.model.NotApplied;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one resource asked for and did not get.
 *
 * <p>{@link #setAside} holds parts by name (a route, a port). {@link #unsupported} holds only paths
 * of fields, such as {@code Cluster.upstream_connection_options}: the same few paths come with
 * every resource of a kind, so the caller adds them up instead of keeping a sentence for each.
 */
public final class Findings {
  private final List<NotApplied> setAside = new ArrayList<>();
  private final Set<String> unsupported = new TreeSet<>();

  void setAside(String subject, String reason) {
    setAside.add(new NotApplied(subject, reason));
  }

  void unsupported(String path) {
    unsupported.add(path.intern());
  }

  /** Parts by name. */
  public List<NotApplied> setAside() {
    return List.copyOf(setAside);
  }

  /** Paths of fields that were set and have no effect here, sorted. */
  public List<String> unsupported() {
    return List.copyOf(unsupported);
  }
}

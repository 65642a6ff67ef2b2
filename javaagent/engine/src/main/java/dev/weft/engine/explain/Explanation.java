package dev.weft.engine.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes.
 *
 * @param governed false: the mesh leaves the call alone; {@code reason} says why
 * @param reason one sentence
 * @param virtualHost or null when none was found
 * @param route name or position of the route, or null when none matched
 * @param passedOver routes before it that did not match, in order
 * @param action what the route does, in words
 * @param fault injected, or null
 * @param clusters of the split
 */
public record Explanation(
    boolean governed,
    String reason,
    @Nullable String virtualHost,
    @Nullable String route,
    List<String> passedOver,
    String action,
    @Nullable String fault,
    List<ClusterShare> clusters) {
  public Explanation {
    passedOver = List.copyOf(passedOver);
    clusters = List.copyOf(clusters);
  }

  static Explanation notOurs(String reason, @Nullable String virtualHost) {
    return new Explanation(
        false, reason, virtualHost, null, List.of(), "left to the library", null, List.of());
  }

  /**
   * A cluster that may be drawn.
   *
   * @param known whether CDS has it
   */
  public record ClusterShare(
      String cluster, int weight, boolean known, List<Candidate> candidates) {
    public ClusterShare {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * An endpoint.
   *
   * @param eligible whether a call could go there now
   */
  public record Candidate(
      String address,
      String workload,
      int weight,
      String health,
      boolean ejected,
      boolean mutualTls,
      boolean eligible) {}
}

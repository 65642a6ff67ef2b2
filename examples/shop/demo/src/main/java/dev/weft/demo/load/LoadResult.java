package dev.weft.demo.load;

import java.util.List;
import java.util.Map;

/**
 * What became of a run's calls.
 *
 * @param failed calls that threw or were answered with 400 or more
 * @param statuses answers by status; 0: an exception
 * @param versions answers by the catalog's version in the body
 * @param seconds from the first call to the end of the last
 * @param acknowledged successes, when asked for
 * @param failures the first few, for people
 */
public record LoadResult(
    String name,
    int calls,
    int failed,
    Map<Integer, Integer> statuses,
    Map<String, Integer> versions,
    double seconds,
    double p50Millis,
    double p99Millis,
    List<Acknowledged> acknowledged,
    List<String> failures) {
  public LoadResult {
    statuses = Map.copyOf(statuses);
    versions = Map.copyOf(versions);
    acknowledged = List.copyOf(acknowledged);
    failures = List.copyOf(failures);
  }

  /**
   * A call that succeeded.
   *
   * @param startedMillis wall clock
   * @param endedMillis wall clock
   */
  public record Acknowledged(int n, long startedMillis, long endedMillis) {}

  /** Share of the calls that failed. */
  public double failedShare() {
    return (double) failed / calls;
  }

  /** Share of the answers that name this version of the catalog. */
  public double versionShare(String version) {
    int all = versions.values().stream().mapToInt(Integer::intValue).sum();
    return (double) versions.getOrDefault(version, 0) / all;
  }

  /** Calls a second. */
  public double rate() {
    return calls / seconds;
  }
}

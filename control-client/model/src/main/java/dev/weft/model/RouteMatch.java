package dev.weft.model;

import java.util.List;

/**
 * What a request must look like; all parts must hold.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteMatch}.
 *
 * @param headers the pseudo header {@code :method} and {@code :authority} among them
 * @param query parameters of the query string
 * @param runtimePerMillion share of requests that may match, 0 to 1,000,000
 */
public record RouteMatch(
    PathMatch path, List<HeaderMatch> headers, List<QueryMatch> query, int runtimePerMillion) {
  /** The base of shares. */
  public static final int MILLION = 1_000_000;

  public RouteMatch {
    headers = List.copyOf(headers);
    query = List.copyOf(query);
    Ranges.between("match.runtime_fraction", runtimePerMillion, 0, MILLION);
  }
}

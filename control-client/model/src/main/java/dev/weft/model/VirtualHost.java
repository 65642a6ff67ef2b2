package dev.weft.model;

import java.util.List;

/**
 * Routes of a set of authorities.
 *
 * <p>Source: {@code envoy.config.route.v3.VirtualHost}.
 *
 * @param domains exact names, {@code *.suffix}, {@code prefix.*} or {@code *}; the most exact wins
 *     over all virtual hosts of the table
 * @param routes first match wins
 * @param includeAttemptCount whether each attempt tells its number in {@code x-envoy-attempt-count}
 *     ({@code include_request_attempt_count})
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    HeaderMutation requestHeaders,
    HeaderMutation responseHeaders,
    boolean includeAttemptCount) {
  public VirtualHost {
    domains = List.copyOf(domains);
    routes = List.copyOf(routes);
  }

  /** Whose attempts do not tell their number. */
  public VirtualHost(
      String name,
      List<String> domains,
      List<Route> routes,
      HeaderMutation requestHeaders,
      HeaderMutation responseHeaders) {
    this(name, domains, routes, requestHeaders, responseHeaders, false);
  }
}

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
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    HeaderMutation requestHeaders,
    HeaderMutation responseHeaders) {
  public VirtualHost {
    domains = List.copyOf(domains);
    routes = List.copyOf(routes);
  }
}

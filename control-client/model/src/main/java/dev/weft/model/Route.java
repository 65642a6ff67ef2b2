package dev.weft.model;

import org.jspecify.annotations.Nullable;

/**
 * One rule of a virtual host.
 *
 * <p>Source: {@code envoy.config.route.v3.Route}.
 *
 * @param name for people and logs; may be empty
 * @param fault injected before anything is sent, or null
 */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    HeaderMutation requestHeaders,
    HeaderMutation responseHeaders,
    @Nullable Fault fault) {}

package dev.weft.model;

import org.jspecify.annotations.Nullable;

/**
 * A condition on a query parameter.
 *
 * <p>Source: {@code envoy.config.route.v3.QueryParameterMatcher}.
 *
 * @param value null: the parameter only has to be there
 */
public record QueryMatch(String name, @Nullable StringMatch value) {}

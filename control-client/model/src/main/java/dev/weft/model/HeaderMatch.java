package dev.weft.model;

import java.util.Locale;

/**
 * A condition on a header.
 *
 * <p>Source: {@code envoy.config.route.v3.HeaderMatcher}.
 *
 * @param name in lower case; pseudo headers as in HTTP/2
 * @param invert {@code invert_match}
 * @param missingAsEmpty {@code treat_missing_header_as_empty}
 */
public record HeaderMatch(
    String name, Condition condition, boolean invert, boolean missingAsEmpty) {
  public HeaderMatch {
    name = name.toLowerCase(Locale.ROOT);
  }

  /** What is asked of the header's value. */
  public sealed interface Condition {
    /** The value is compared as a string. */
    record Value(StringMatch match) implements Condition {}

    /** A base-10 integer in {@code [start, end)}. */
    record Range(long start, long end) implements Condition {}

    /** The header is there ({@code true}) or not ({@code false}). */
    record Present(boolean present) implements Condition {}
  }
}

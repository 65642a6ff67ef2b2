package dev.weft.model;

/** How a string is compared. Source: {@code envoy.type.matcher.v3.StringMatcher}. */
public sealed interface StringMatch {
  /** Equal. */
  record Exact(String value, boolean ignoreCase) implements StringMatch {}

  /** Starts with. */
  record Prefix(String value, boolean ignoreCase) implements StringMatch {}

  /** Ends with. */
  record Suffix(String value, boolean ignoreCase) implements StringMatch {}

  /** Contains. */
  record Contains(String value, boolean ignoreCase) implements StringMatch {}

  /** RE2 syntax; must match the whole string. */
  record Regex(String regex) implements StringMatch {}
}

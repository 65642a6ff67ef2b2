package dev.weft.model;

/**
 * How a route compares a request path, query string excluded.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteMatch.path_specifier}. {@code caseSensitive} is
 * {@code case_sensitive}, for all but regular expressions.
 */
public sealed interface PathMatch {
  /** The whole path. */
  record Exact(String path, boolean caseSensitive) implements PathMatch {}

  /** A string prefix: {@code /a} matches {@code /ab}. */
  record Prefix(String prefix, boolean caseSensitive) implements PathMatch {}

  /**
   * {@code path_separated_prefix}: {@code /a} matches {@code /a} and {@code /a/b}, not {@code /ab}.
   */
  record SegmentPrefix(String prefix, boolean caseSensitive) implements PathMatch {}

  /** RE2 syntax; must match the whole path. */
  record Regex(String regex) implements PathMatch {}

  /** {@code path_match_policy}: URI template with <code>{*}</code> and <code>{**}</code>. */
  record Template(String template) implements PathMatch {}
}

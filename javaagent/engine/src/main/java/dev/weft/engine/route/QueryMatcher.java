package dev.weft.engine.route;

import dev.weft.model.QueryMatch;
import org.jspecify.annotations.Nullable;

/** A compiled {@link QueryMatch}: the first parameter of the name counts, compared undecoded. */
final class QueryMatcher {
  private final String name;
  private final @Nullable StringMatcher value;

  /**
   * @throws IllegalArgumentException a regular expression is malformed
   */
  QueryMatcher(QueryMatch match) {
    this.name = match.name();
    this.value = match.value() == null ? null : StringMatcher.compile(match.value());
  }

  /**
   * @param pathEnd index of the question mark, or the path's length
   */
  boolean matches(String path, int pathEnd) {
    int at = pathEnd + 1;
    while (at < path.length()) {
      int end = path.indexOf('&', at);
      end = end < 0 ? path.length() : end;
      int nameEnd = at + name.length();
      if (nameEnd <= end
          && path.startsWith(name, at)
          && (nameEnd == end || path.charAt(nameEnd) == '=')) {
        return value == null || value.matches(path.substring(Math.min(nameEnd + 1, end), end));
      }
      at = end + 1;
    }
    return false;
  }
}

package dev.weft.engine.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.model.PathMatch;
import dev.weft.model.RouteAction.PathRewrite;
import org.jspecify.annotations.Nullable;

/** Changes a path; the query string stays. Stateless. */
@FunctionalInterface
public interface PathRewriter {

  /**
   * @param path path and query
   * @param end index of the question mark, or the path's length
   */
  String rewrite(String path, int end);

  /**
   * Returns null for null.
   *
   * @param match the route's, whose matched prefix {@code prefix_rewrite} replaces
   * @throws IllegalArgumentException a regular expression is malformed
   */
  static @Nullable PathRewriter compile(@Nullable PathRewrite rewrite, PathMatch match) {
    if (rewrite == null) {
      return null;
    }
    if (rewrite instanceof PathRewrite.Full full) {
      return (path, end) -> full.path() + path.substring(end);
    }
    if (rewrite instanceof PathRewrite.Prefix prefix) {
      return prefix(prefix.replacement(), match);
    }
    PathRewrite.Regex regex = (PathRewrite.Regex) rewrite;
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex.pattern());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression `" + regex.pattern() + "` is not RE2: " + e.getMessage(), e);
    }
    String substitution = toRe2j(regex.substitution());
    return (path, end) ->
        pattern.matcher(path.substring(0, end)).replaceAll(substitution) + path.substring(end);
  }

  private static PathRewriter prefix(String replacement, PathMatch match) {
    if (match instanceof PathMatch.Prefix m) {
      int length = m.prefix().length();
      return (path, end) -> replacement + path.substring(length);
    }
    if (match instanceof PathMatch.SegmentPrefix m) {
      int length = m.prefix().length();
      // Gateway API: "/a" to "/" turns "/a/b" into "/b", not "//b".
      boolean slash = replacement.endsWith("/");
      return (path, end) -> {
        int from = slash && length < end && path.charAt(length) == '/' ? length + 1 : length;
        return replacement + path.substring(from);
      };
    }
    return (path, end) -> replacement + path.substring(end);
  }

  /** Envoy writes groups as {@code \1}, RE2J as {@code $1}. */
  private static String toRe2j(String substitution) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      if (c == '\\' && next >= '0' && next <= '9') {
        text.append('$').append(next);
        i++;
      } else if (c == '\\' || c == '$') {
        text.append('\\').append(c == '\\' && next == '\\' ? next : c);
        i += c == '\\' && next == '\\' ? 1 : 0;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}

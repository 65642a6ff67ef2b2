package dev.weft.engine.route;

import dev.weft.model.PathMatch;

/**
 * A compiled {@link PathMatch}. Looks at the first {@code end} characters, that is without the
 * query, so that no substring has to be made. One object per kind, as each one followed on the way
 * may be a cache miss.
 */
sealed interface PathMatcher {
  boolean matches(String path, int end);

  /** Text that every matching path begins with, compared case-sensitively; for the index. */
  String literalPrefix();

  /** Whether only {@link #literalPrefix()} itself matches. */
  default boolean exact() {
    return false;
  }

  /** The whole path. */
  record Exact(String text) implements PathMatcher {
    @Override
    public boolean matches(String path, int end) {
      return end == text.length() && path.startsWith(text);
    }

    @Override
    public String literalPrefix() {
      return text;
    }

    @Override
    public boolean exact() {
      return true;
    }
  }

  /** The beginning. */
  record Prefix(String text) implements PathMatcher {
    @Override
    public boolean matches(String path, int end) {
      return end >= text.length() && path.startsWith(text);
    }

    @Override
    public String literalPrefix() {
      return text;
    }
  }

  /** The beginning, as whole segments. */
  record SegmentPrefix(String text) implements PathMatcher {
    @Override
    public boolean matches(String path, int end) {
      return end >= text.length()
          && path.startsWith(text)
          && (end == text.length() || path.charAt(text.length()) == '/');
    }

    @Override
    public String literalPrefix() {
      return text;
    }
  }

  /** A regular expression, or a comparison that ignores case. */
  record Pattern(String literalPrefix, Regex regex) implements PathMatcher {
    @Override
    public boolean matches(String path, int end) {
      return regex.matches(path, end);
    }
  }

  /**
   * @throws IllegalArgumentException a regular expression or template is malformed
   */
  static PathMatcher compile(PathMatch match) {
    if (match instanceof PathMatch.Exact m) {
      String p = m.path();
      return m.caseSensitive()
          ? new Exact(p)
          : new Pattern(
              "", (path, end) -> end == p.length() && path.regionMatches(true, 0, p, 0, end));
    }
    if (match instanceof PathMatch.Prefix m) {
      String p = m.prefix();
      return m.caseSensitive()
          ? new Prefix(p)
          : new Pattern(
              "",
              (path, end) -> end >= p.length() && path.regionMatches(true, 0, p, 0, p.length()));
    }
    if (match instanceof PathMatch.SegmentPrefix m) {
      String p = m.prefix();
      return m.caseSensitive()
          ? new SegmentPrefix(p)
          : new Pattern(
              "",
              (path, end) ->
                  end >= p.length()
                      && path.regionMatches(true, 0, p, 0, p.length())
                      && (end == p.length() || path.charAt(p.length()) == '/'));
    }
    String regex =
        match instanceof PathMatch.Regex m
            ? m.regex()
            : templateToRegex(((PathMatch.Template) match).template());
    return new Pattern(Regex.literalPrefix(regex), Regex.compile(regex));
  }

  /** {@code *} is one segment, {@code **} the rest; each may be named as in <code>{a=*}</code>. */
  private static String templateToRegex(String template) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      int close = c == '{' ? template.indexOf('}', i) : -1;
      String body = close > 0 ? template.substring(i + 1, close) : "";
      String pattern = body.substring(body.indexOf('=') + 1);
      if (c == '{' && close > 0) {
        regex.append(pattern.equals("**") ? ".*" : "[^/]+");
        i = close;
      } else if (c == '*' && i + 1 < template.length() && template.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]+");
      } else {
        regex.append(Character.isLetterOrDigit(c) || c == '/' ? "" : "\\").append(c);
      }
    }
    return regex.toString();
  }
}

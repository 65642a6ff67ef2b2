package dev.weft.engine.route;

import dev.weft.model.StringMatch;

/** A compiled {@link StringMatch}. Stateless, allocates nothing except for regular expressions. */
@FunctionalInterface
interface StringMatcher {
  boolean matches(String value);

  /**
   * @throws IllegalArgumentException a regular expression is not RE2
   */
  static StringMatcher compile(StringMatch match) {
    if (match instanceof StringMatch.Exact m) {
      return m.ignoreCase() ? m.value()::equalsIgnoreCase : m.value()::equals;
    }
    if (match instanceof StringMatch.Prefix m) {
      String text = m.value();
      return v -> v.regionMatches(m.ignoreCase(), 0, text, 0, text.length());
    }
    if (match instanceof StringMatch.Suffix m) {
      String text = m.value();
      return v ->
          v.regionMatches(m.ignoreCase(), v.length() - text.length(), text, 0, text.length());
    }
    if (match instanceof StringMatch.Contains m) {
      String text = m.value();
      if (!m.ignoreCase()) {
        return v -> v.contains(text);
      }
      return v -> {
        for (int i = 0; i <= v.length() - text.length(); i++) {
          if (v.regionMatches(true, i, text, 0, text.length())) {
            return true;
          }
        }
        return false;
      };
    }
    Regex regex = Regex.compile(((StringMatch.Regex) match).regex());
    return v -> regex.matches(v, v.length());
  }
}

package dev.weft.engine.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression in RE2 syntax that must match a whole text.
 *
 * <p>RE2J runs in linear time, but costs about a microsecond and a few hundred bytes even for small
 * texts. Most expressions in route tables are plain sequences such as {@code /v[0-9]+/.*}, which
 * {@link SequenceRegex} walks without allocating; the rest goes to RE2J.
 */
interface Regex {
  /** Whether the first {@code end} characters of {@code text} match as a whole. */
  boolean matches(String text, int end);

  /**
   * @throws IllegalArgumentException naming what RE2 does not accept
   */
  static Regex compile(String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression `" + regex + "` is not RE2: " + e.getMessage(), e);
    }
    Regex simple = SequenceRegex.compile(regex);
    return simple != null
        ? simple
        : (text, end) -> pattern.matches(end == text.length() ? text : text.substring(0, end));
  }

  /** The text that every match begins with; empty when that is not plain to see. */
  static String literalPrefix(String regex) {
    if (regex.indexOf('|') >= 0) {
      return "";
    }
    int end = 0;
    while (end < regex.length() && "\\.[]{}()*+?^$|".indexOf(regex.charAt(end)) < 0) {
      end++;
    }
    // A quantifier binds to the last character, which may then be absent.
    boolean optional = end < regex.length() && "*?{".indexOf(regex.charAt(end)) >= 0;
    return regex.substring(0, Math.max(0, optional ? end - 1 : end));
  }
}

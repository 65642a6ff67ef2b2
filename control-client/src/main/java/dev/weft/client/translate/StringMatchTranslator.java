package dev.weft.client.translate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.model.StringMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** {@code envoy.type.matcher.v3.StringMatcher} and regular expressions. */
final class StringMatchTranslator {
  private StringMatchTranslator() {}

  static StringMatch translate(String field, StringMatcher m) throws TranslationException {
    boolean ignoreCase = m.getIgnoreCase();
    return switch (m.getMatchPatternCase()) {
      case EXACT -> new StringMatch.Exact(m.getExact(), ignoreCase);
      case PREFIX -> new StringMatch.Prefix(m.getPrefix(), ignoreCase);
      case SUFFIX -> new StringMatch.Suffix(m.getSuffix(), ignoreCase);
      case CONTAINS -> new StringMatch.Contains(m.getContains(), ignoreCase);
      case SAFE_REGEX -> new StringMatch.Regex(regex(field, m.getSafeRegex()));
      case CUSTOM, MATCHPATTERN_NOT_SET ->
          throw new TranslationException(
              field
                  + " has the matcher "
                  + m.getMatchPatternCase()
                  + "; use exact, prefix, suffix, contains or safe_regex");
    };
  }

  /** Checks the syntax here, so that a bad expression costs its own route only. */
  static String regex(String field, RegexMatcher matcher) throws TranslationException {
    try {
      Pattern.compile(matcher.getRegex());
    } catch (PatternSyntaxException e) {
      throw new TranslationException(
          field + " is not a regular expression of RE2: " + e.getMessage());
    }
    return matcher.getRegex();
  }
}

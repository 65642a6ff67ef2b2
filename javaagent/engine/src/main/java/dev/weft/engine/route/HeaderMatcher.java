package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.model.HeaderMatch;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@link HeaderMatch}. A missing header matches nothing but {@code present_match:
 * false}; inverted, it still does not match, unless {@code treat_missing_header_as_empty} is set
 * (Envoy's rule).
 */
final class HeaderMatcher {
  private final String name;
  private final boolean invert;
  private final boolean missingAsEmpty;
  private final @Nullable Boolean present;
  private final StringMatcher value;

  /**
   * @throws IllegalArgumentException a regular expression is malformed
   */
  HeaderMatcher(HeaderMatch match) {
    this.name = match.name();
    this.invert = match.invert();
    this.missingAsEmpty = match.missingAsEmpty();
    HeaderMatch.Condition condition = match.condition();
    this.present = condition instanceof HeaderMatch.Condition.Present p ? p.present() : null;
    if (condition instanceof HeaderMatch.Condition.Value v) {
      this.value = StringMatcher.compile(v.match());
    } else if (condition instanceof HeaderMatch.Condition.Range r) {
      this.value = text -> inRange(text, r.start(), r.end());
    } else {
      this.value = text -> true;
    }
  }

  <R> boolean matches(R request, RequestReader<? super R> reader) {
    String text = RequestHeaders.read(request, reader, name);
    if (present != null) {
      boolean there = text != null || missingAsEmpty;
      return (there == present) != invert;
    }
    if (text == null) {
      return missingAsEmpty && value.matches("") != invert;
    }
    return value.matches(text) != invert;
  }

  private static boolean inRange(String text, long start, long end) {
    try {
      long number = Long.parseLong(text);
      return number >= start && number < end;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

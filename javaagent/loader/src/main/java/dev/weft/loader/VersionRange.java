package dev.weft.loader;

/**
 * The library versions that a module supports, written as Maven writes ranges: {@code [5.0,6)}.
 *
 * <p>Versions are compared by their leading numbers; what follows the first part that is no number
 * ({@code -jre}, {@code .Final}, {@code -beta1}) is ignored, so {@code 5.0-beta1} counts as {@code
 * 5.0}. An empty bound is open.
 *
 * @param from lowest version, empty: none
 * @param fromIncluded whether {@code from} itself belongs to the range
 * @param to highest version, empty: none
 * @param toIncluded whether {@code to} itself belongs to the range
 */
public record VersionRange(String from, boolean fromIncluded, String to, boolean toIncluded) {

  /** Parses {@code [5.0,6)}, {@code (,42.8)}, {@code [1.50,]} and so on. */
  public static VersionRange parse(String text) {
    int comma = text.indexOf(',');
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
    if (comma < 0 || (first != '[' && first != '(') || (last != ']' && last != ')')) {
      throw new IllegalArgumentException(
          "Version range `" + text + "` is not of the form [5.0,6): two bounds in brackets.");
    }
    return new VersionRange(
        text.substring(1, comma).trim(),
        first == '[',
        text.substring(comma + 1, text.length() - 1).trim(),
        last == ']');
  }

  /** Tells whether a library of this version is supported. */
  public boolean contains(String version) {
    if (!from.isEmpty()) {
      int low = compare(version, from);
      if (low < 0 || (low == 0 && !fromIncluded)) {
        return false;
      }
    }
    if (!to.isEmpty()) {
      int high = compare(version, to);
      return high < 0 || (high == 0 && toIncluded);
    }
    return true;
  }

  /** Compares leading numbers, a missing part counting as 0. */
  static int compare(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() || r < right.length()) {
      long a = 0;
      while (l < left.length() && isDigit(left.charAt(l))) {
        a = a * 10 + left.charAt(l++) - '0';
      }
      long b = 0;
      while (r < right.length() && isDigit(right.charAt(r))) {
        b = b * 10 + right.charAt(r++) - '0';
      }
      if (a != b) {
        return Long.compare(a, b);
      }
      l = next(left, l);
      r = next(right, r);
    }
    return 0;
  }

  /** Returns the index of the next number, or the end when a qualifier follows. */
  private static int next(String version, int at) {
    return at + 1 < version.length() && version.charAt(at) == '.' && isDigit(version.charAt(at + 1))
        ? at + 1
        : version.length();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return (fromIncluded ? "[" : "(") + from + "," + to + (toIncluded ? "]" : ")");
  }
}

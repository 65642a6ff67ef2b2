package dev.weft.control.compile;

/** Compares hosts of documents with hosts of services. */
public final class HostMatch {
  private HostMatch() {}

  /**
   * How exactly a pattern ({@code a.b}, {@code *.b}, {@code *}) names a host: -1 not at all, else
   * the longer the more exact.
   */
  public static int strength(String pattern, String host) {
    if (pattern.equals(host)) {
      return Integer.MAX_VALUE;
    }
    if (pattern.equals("*")) {
      return 0;
    }
    if (pattern.startsWith("*.") && host.endsWith(pattern.substring(1))) {
      return pattern.length();
    }
    return -1;
  }
}

package dev.weft.smoke.harm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Cases in which a policy that changes nothing is noticed all the same, each with its reason: the
 * lines of {@code harm/*.tsv}. A line whose case does not differ fails the test too.
 */
final class KnownDifferences {
  private KnownDifferences() {}

  static List<String> cases(String table) throws IOException {
    try (InputStream in = KnownDifferences.class.getResourceAsStream(table)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(KnownDifferences::checked)
          .toList();
    }
  }

  private static String checked(String line) {
    String[] columns = line.split("\t");
    if (columns.length != 3 || columns[2].isBlank()) {
      throw new AssertionError("Not CLIENT, SHAPE and REASON between tabs: " + line);
    }
    return columns[0] + " " + columns[1];
  }
}

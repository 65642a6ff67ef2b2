package dev.weft.client.vectors;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The checked-in table of what does not hold yet: {@code id | path | issue | missing feature}. An
 * id or a path may be {@code *}; a path covers what lies below it.
 */
record NotYet(String id, String path, String issue, String reason) {
  static List<NotYet> read() throws IOException {
    List<NotYet> rules = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(NotYet.class.getResourceAsStream("istiod-not-yet.txt")),
                StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split("\\s*\\|\\s*", 4);
          rules.add(new NotYet(parts[0].strip(), parts[1], parts[2], parts[3].strip()));
        }
      }
    }
    return rules;
  }

  boolean covers(String fact, String at) {
    return (id.equals("*") || id.equals(fact))
        && (path.equals("*")
            || at.equals(path)
            || at.startsWith(path + ".")
            || at.startsWith(path + "["));
  }
}

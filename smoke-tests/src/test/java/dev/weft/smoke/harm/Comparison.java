package dev.weft.smoke.harm;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares two JVMs case by case. */
final class Comparison {
  private static final int REPEATS = 4;

  private Comparison() {}

  /**
   * Cases that differ, with what was seen. An outcome that depends on timing is repeated on both
   * sides before it counts.
   *
   * @param cases names of the first cases, in the application's order
   */
  static Map<String, String> of(
      HarmJvm without, HarmJvm with, List<String> clients, List<String> cases) throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    for (String client : clients) {
      for (int i = 0; i < cases.size(); i++) {
        Set<String> expected = new HashSet<>(List.of(without.observe(client, i)));
        String seen = with.observe(client, i);
        for (int n = 0; n < REPEATS && !expected.contains(seen); n++) {
          expected.add(without.observe(client, i));
          seen = with.observe(client, i);
        }
        if (!expected.contains(seen)) {
          found.put(client + " " + cases.get(i), "\nwith: " + seen + "\nwithout: " + expected);
        }
      }
    }
    return found;
  }
}

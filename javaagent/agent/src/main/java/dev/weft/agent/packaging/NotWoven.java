package dev.weft.agent.packaging;

import dev.weft.loader.Library;
import dev.weft.loader.ModuleIndex;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the table of libraries that are known and not woven ({@code not-woven.txt}) into entries of
 * the index, so that a JVM that uses one of them is told what passes by the mesh.
 */
final class NotWoven {
  private static final String TABLE = "not-woven.txt";
  private static final int COLUMNS = 4;

  private NotWoven() {}

  static List<ModuleIndex.Entry> entries() throws IOException {
    try (InputStream in = NotWoven.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new FileNotFoundException(TABLE + " is not beside " + NotWoven.class.getName());
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static List<ModuleIndex.Entry> parse(String table) {
    List<ModuleIndex.Entry> entries = new ArrayList<>();
    for (String line : table.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        entries.add(entry(line));
      }
    }
    return entries;
  }

  private static ModuleIndex.Entry entry(String line) {
    String[] columns = line.split("\\|", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException(
          TABLE + ": `" + line + "` has " + columns.length + " columns, not " + COLUMNS);
    }
    Set<String> types = new LinkedHashSet<>();
    for (String type : columns[2].split(",", -1)) {
      types.add(type.trim());
    }
    String artifact = columns[1].trim();
    Library library =
        new Library(columns[0].trim(), artifact.equals("-") ? null : artifact, null, List.of());
    return ModuleIndex.Entry.notWoven(library, types, columns[3].trim());
  }
}

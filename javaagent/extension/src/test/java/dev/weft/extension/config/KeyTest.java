package dev.weft.extension.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTest {
  private static final Path PAGE = Path.of("../../docs/configuration.md");

  /** A row of the page: variable, property, default, accepted, purpose. */
  private static String row(Key key) {
    return "| `"
        + key.variable()
        + "` | `"
        + key.property()
        + "` | "
        + (key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`")
        + " | "
        + cell(key.accepted())
        + " | "
        + cell(key.purpose())
        + " |";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  @Test
  void theDocumentedTableIsTheKeys() throws IOException {
    List<String> documented =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `WEFT_")).toList();
    List<String> keys = Arrays.stream(Key.values()).map(KeyTest::row).toList();
    assertThat(documented)
        .as("The table of docs/configuration.md should be%n%s", String.join("\n", keys))
        .containsExactlyElementsOf(keys);
  }
}

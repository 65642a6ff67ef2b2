package dev.weft.instrumentation.httpclient5test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.httpclient5.HttpClient5InstrumentationModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A stock OTel agent weaves nothing, in silence, when a helper is missing from the list. */
class HelperNamesTest {

  @Test
  void allHelperClassesAreListedForAStockOtelAgent() throws Exception {
    Class<?> module = HttpClient5InstrumentationModule.class;
    Path classes = Path.of(module.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path folder = classes.resolve(module.getPackageName().replace('.', '/'));
    List<String> helpers;
    try (Stream<Path> files = Files.list(folder)) {
      helpers =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".class"))
              .map(name -> name.replace(".class", ""))
              .filter(name -> !name.contains("Instrumentation") && !name.equals("package-info"))
              .map(name -> module.getPackageName() + "." + name)
              .toList();
    }

    assertThat(new HttpClient5InstrumentationModule().getAdditionalHelperClassNames())
        .containsExactlyInAnyOrderElementsOf(helpers);
  }
}

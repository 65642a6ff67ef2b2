package dev.weft.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A stock OpenTelemetry agent injects what is listed and nothing else. */
class HelperListTest {

  @Test
  void everyClassThatRunsInTheApplicationIsListed() throws Exception {
    Path root =
        Path.of(
            GrpcInstrumentationModule.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    try (Stream<Path> files = Files.walk(root.resolve("dev/weft/instrumentation/grpc"))) {
      List<String> compiled =
          files
              .map(file -> root.relativize(file).toString())
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
              .filter(name -> !name.endsWith("package-info"))
              .filter(name -> !name.endsWith("Instrumentation"))
              .filter(name -> !name.endsWith("InstrumentationModule"))
              .toList();
      assertThat(new GrpcInstrumentationModule().getAdditionalHelperClassNames())
          .containsExactlyInAnyOrderElementsOf(compiled);
    }
  }
}

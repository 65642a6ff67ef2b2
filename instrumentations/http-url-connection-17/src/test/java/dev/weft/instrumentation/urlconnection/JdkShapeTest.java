package dev.weft.instrumentation.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.bytebuddy.dynamic.ClassFileLocator;
import org.junit.jupiter.api.Test;

class JdkShapeTest {
  @Test
  void thisJdkHasWhatWeReachInto() {
    assertThat(JdkShape.missing()).isNull();
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(JdkShape.missing(ClassFileLocator.NoOp.INSTANCE))
        .contains("NetworkClient", "MessageHeader");
  }

  /** A stock OTel agent gives a helper class only what is listed. */
  @Test
  void everyHelperClassIsListed() throws IOException {
    Path classes = Path.of("target/classes/dev/weft/instrumentation/urlconnection");
    Set<String> helpers;
    try (Stream<Path> files = Files.list(classes)) {
      helpers =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
              .map(name -> name.substring(0, name.length() - ".class".length()))
              .filter(name -> !name.contains("Instrumentation") && !name.equals("JdkShape"))
              .map(name -> "dev.weft.instrumentation.urlconnection." + name)
              .collect(Collectors.toSet());
    }
    List<String> listed = new UrlConnectionInstrumentationModule().getAdditionalHelperClassNames();

    assertThat(listed).containsExactlyInAnyOrderElementsOf(helpers);
  }
}

package dev.weft.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.loader.IndexFile;
import dev.weft.loader.ModuleIndex;
import dev.weft.smoke.app.LoadTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each type that a module names is woven in the packaged jars, under either host. */
@Tag("smoke")
class EveryModuleTest {

  @Test
  void isAppliedByTheAgentToEachTypeItNames() throws Exception {
    complete(own().agent());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isAppliedByAStockOpenTelemetryAgentToEachTypeItNames(boolean isolated) throws Exception {
    complete(
        own()
            .flag("-javaagent:" + Jars.openTelemetry())
            .flag("-Dotel.javaagent.extensions=" + Jars.extension())
            .flag("-Dotel.javaagent.experimental.indy=" + isolated)
            .flag("-Dotel.traces.exporter=none")
            .flag("-Dotel.metrics.exporter=none")
            .flag("-Dotel.logs.exporter=none"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lowest", "newest"})
  void isAppliedByTheAgentInTheOldestAndTheNewestVersionThatItServes(String end) throws Exception {
    loaded(own().agent().libraries(end));
  }

  private static void complete(ForkedJvm jvm) throws Exception {
    loaded(jvm.libraries());
  }

  private static void loaded(ForkedJvm jvm) throws Exception {
    Set<String> types = types();
    ForkedJvm.Result result = jvm.main(LoadTypes.class, types.toArray(new String[0]));
    assertThat(result.out().lines()).containsAll(types);
    assertThat(result.err())
        .doesNotContain(
            "VerifyError", "Not governed", "Unable to load instrumentation", "cannot be woven");
  }

  private static Set<String> types() throws IOException {
    Set<String> types = new TreeSet<>();
    try (ZipFile jar = new ZipFile(Jars.agent().toFile());
        InputStream in = jar.getInputStream(jar.getEntry("inst/" + IndexFile.PATH))) {
      for (ModuleIndex.Entry entry : IndexFile.read(in).entries()) {
        if (entry.notGoverned() == null) {
          types.addAll(entry.types());
        }
      }
    }
    return types;
  }

  private static ForkedJvm own() {
    return ForkedJvm.of(Path.of(System.getProperty("java.home")));
  }
}

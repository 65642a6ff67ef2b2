package dev.weft.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars as they are built from this module's own class path. */
class AgentJarsTest {
  private static final int LIMIT_BYTES = 25 * 1024 * 1024;

  @TempDir static Path folder;
  static Path agent;
  static Path extension;

  @BeforeAll
  static void build() throws IOException {
    AgentJars.build(classPath(), folder.resolve("one"), "1.2.3");
    agent = folder.resolve("one/weft-agent.jar");
    extension = folder.resolve("one/weft-extension.jar");
  }

  @Test
  void aSecondBuildOverTheFirstGivesTheSameBytes() throws IOException {
    byte[] agentBefore = Files.readAllBytes(agent);
    byte[] extensionBefore = Files.readAllBytes(extension);
    AgentJars.build(classPath(), folder.resolve("one"), "1.2.3");
    assertThat(agent).hasBinaryContent(agentBefore);
    assertThat(extension).hasBinaryContent(extensionBefore);
    try (var files = Files.list(folder.resolve("one"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void theAgentStaysBelowItsLimit() throws IOException {
    assertThat(Files.size(agent)).isLessThan(LIMIT_BYTES);
  }

  @Test
  void theJvmFindsPremainAndVersionInTheManifest() throws IOException {
    try (JarFile jar = new JarFile(agent.toFile())) {
      var main = jar.getManifest().getMainAttributes();
      assertThat(main.getValue("Premain-Class")).isEqualTo("dev.weft.loader.WeftAgent");
      assertThat(main.getValue("Can-Retransform-Classes")).isEqualTo("true");
      assertThat(main.getValue("Implementation-Version")).isEqualTo("1.2.3");
    }
  }

  @Test
  void onlyTheSeamAndPremainAreWhereTheApplicationCouldFindThem() throws IOException {
    assertThat(names(agent))
        .filteredOn(name -> !name.startsWith("inst/") && !name.startsWith("META-INF/"))
        .isNotEmpty()
        .allMatch(
            name ->
                name.startsWith("dev/weft/bootstrap/")
                    || name.startsWith("dev/weft/loader/premain/")
                    || name.equals("dev/weft/loader/WeftAgent.class"));
    assertThat(names(agent))
        .filteredOn(name -> name.startsWith("inst/") && name.endsWith(".class"))
        .allMatch(name -> name.startsWith("inst/dev/weft/"));
  }

  @Test
  void signaturesAndModuleDescriptorsAreLeftBehindAndLicencesKept() throws IOException {
    assertThat(names(agent))
        .noneMatch(name -> name.matches(".*\\.(SF|DSA|RSA)|.*module-info\\.class"))
        .anyMatch(name -> name.matches("META-INF/licenses/byte-buddy-.*/LICENSE"));
  }

  @Test
  void everyServiceNamesClassesOfTheJarOneALine() throws IOException {
    for (Path path : List.of(agent, extension)) {
      String prefix = path == agent ? "inst/" : "";
      List<String> names = names(path);
      for (String name : names) {
        if (name.startsWith(prefix + "META-INF/services/")) {
          String content = text(path, name);
          assertThat(content).endsWith("\n");
          assertThat(content.lines())
              .doesNotHaveDuplicates()
              .allMatch(each -> names.contains(prefix + each.replace('.', '/') + ".class"));
        }
      }
    }
  }

  @Test
  void carriedSlf4jHasASilentProviderAndDoesNotComplain() throws IOException {
    for (Path path : List.of(agent, extension)) {
      String prefix = path == agent ? "inst/" : "";
      String carried = prefix + "dev/weft/shaded/org/slf4j/LoggerFactory.class";
      String service =
          prefix + "META-INF/services/dev.weft.shaded.org.slf4j.spi.SLF4JServiceProvider";
      if (names(path).contains(carried)) {
        assertThat(text(path, service))
            .isEqualTo("dev.weft.shaded.org.slf4j.helpers.NOP_FallbackServiceProvider\n");
      }
    }
  }

  @Test
  void instrumentationsNameTheHostsTypesWhereTheHostHasThem() throws IOException {
    String module = "dev/weft/instrumentation/tomcat/TomcatInstrumentationModule.class";
    String host = "io/opentelemetry/javaagent/extension/instrumentation/InstrumentationModule";
    assertThat(text(agent, "inst/" + module)).contains("dev/weft/shaded/" + host);
    assertThat(text(extension, module)).contains(host).doesNotContain("dev/weft/shaded/" + host);
    assertThat(names(extension)).noneMatch(name -> name.contains("net/bytebuddy/"));
  }

  @Test
  void theExtensionNestsTheSeamAndDoesNotHoldItTwice() throws IOException {
    assertThat(names(extension))
        .contains("weft-bootstrap.jar")
        .noneMatch(name -> name.startsWith("dev/weft/bootstrap/"));
  }

  @Test
  void carriedCodeDoesNotNameTheJdksLogger() throws IOException {
    try (ZipFile zip = new ZipFile(agent.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().startsWith("inst/dev/weft/shaded/")) {
          try (InputStream in = zip.getInputStream(entry)) {
            String code = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(code.contains("java/util/logging/Logger;")).as(entry.getName()).isFalse();
          }
        }
      }
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static List<String> names(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
    }
  }

  private static String text(Path jar, String entry) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(entry))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}

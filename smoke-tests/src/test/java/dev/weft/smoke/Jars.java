package dev.weft.smoke;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Where the build has put what is tested. */
public final class Jars {
  private Jars() {}

  public static Path agent() {
    return built("javaagent/agent/target/weft-agent.jar");
  }

  static Path extension() {
    return built("javaagent/agent/target/weft-extension.jar");
  }

  static Path control() {
    return built("control-server/target/weft-control.jar");
  }

  /** The stock OpenTelemetry agent, from the registry. */
  static Path openTelemetry() {
    return built("smoke-tests/target/peers/opentelemetry-javaagent.jar");
  }

  public static Path testClasses() {
    try {
      return Path.of(Jars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Jars of the test class path that an application could have: none of ours, none of a host's. */
  public static List<String> libraries() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> libraries = new ArrayList<>();
    for (String element : all.split(File.pathSeparator)) {
      String name = Path.of(element).getFileName().toString();
      boolean hosts = name.startsWith("byte-buddy") || name.startsWith("opentelemetry-");
      if (name.endsWith(".jar") && !name.startsWith("weft-") && !hosts) {
        libraries.add(element);
      }
    }
    return libraries;
  }

  /** Woven libraries in their {@code lowest} or {@code newest} version that we serve. */
  static List<String> libraries(String end) throws IOException {
    try (Stream<Path> jars = Files.list(built("smoke-tests/target/peers/" + end))) {
      return jars.map(Path::toString).sorted().toList();
    }
  }

  /** What an application needs that brings an engine of its own: the test mesh. */
  static List<String> testMesh() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(
            element ->
                element.matches(
                    ".*/(javaagent/engine|control-client/model|instrumentations/testing)/target/.*"
                        + "|.*/(resilience4j|vavr|re2j|slf4j-api|jspecify)[^/]*[.]jar"))
        .toList();
  }

  private static Path built(String path) {
    Path root = testClasses().getParent().getParent().getParent();
    Path file = root.resolve(path);
    if (!Files.exists(file)) {
      throw new AssertionError(file + " is missing. Build it: mvn -DskipTests package");
    }
    return file;
  }
}

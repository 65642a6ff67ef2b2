package dev.weft.smoke;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what is tested. */
final class Jars {
  private Jars() {}

  static Path agent() {
    return built("javaagent/agent/target/weft-agent.jar");
  }

  static Path extension() {
    return built("javaagent/agent/target/weft-extension.jar");
  }

  /** The stock OpenTelemetry agent, from the registry. */
  static Path openTelemetry() {
    return built("smoke-tests/target/peers/opentelemetry-javaagent.jar");
  }

  static Path testClasses() {
    try {
      return Path.of(Jars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
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

package dev.weft.smoke;

import java.nio.file.Path;
import java.util.List;

/** The packaged jars, for tests in packages beside this one. */
public final class ForkedJars {
  private ForkedJars() {}

  /** {@code weft-agent.jar}. */
  public static Path agent() {
    return Jars.agent();
  }

  /** {@code weft-control.jar}. */
  public static Path control() {
    return Jars.control();
  }

  /** Where the applications of our own are. */
  public static String testClasses() {
    return Jars.testClasses().toString();
  }

  /** Embedded Tomcat and what it needs. */
  public static List<String> tomcat() {
    return Jars.libraries().stream().filter(jar -> jar.contains("tomcat")).toList();
  }
}

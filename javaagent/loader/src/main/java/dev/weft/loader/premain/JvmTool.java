package dev.weft.loader.premain;

import org.jspecify.annotations.Nullable;

/**
 * Knows JVMs that are tools, not services: they inherit {@code JAVA_TOOL_OPTIONS} from a service's
 * environment and should not pay for an agent. Test workers (Surefire, Gradle) are not tools: they
 * run the application's code.
 */
final class JvmTool {
  private static final String[] MAIN_CLASSES = {
    "com.sun.tools.",
    "sun.tools.",
    "sun.jvmstat.",
    "sun.security.tools.",
    "jdk.tools.",
    "jdk.jfr.internal.tool.",
    "jdk.internal.jshell.",
    "org.apache.maven.wrapper.",
    "org.apache.maven.cli.",
    "org.codehaus.plexus.classworlds.",
    "org.codehaus.classworlds.",
    "org.mvndaemon.",
    "org.gradle.launcher.",
    "org.gradle.wrapper.",
    "org.apache.tools.ant.",
    "org.jetbrains.kotlin.",
    "org.jetbrains.jps.",
    "xsbt.boot.",
    "scala.tools.",
  };

  private static final String[] JARS = {
    "gradle-wrapper.jar",
    "gradle-launcher",
    "gradle-daemon-main",
    "maven-wrapper.jar",
    "sbt-launch.jar",
    "ant-launcher.jar"
  };

  private JvmTool() {}

  /**
   * Returns the tool's name, or null if this is no tool.
   *
   * @param command {@code sun.java.command}: main class, module/class or jar, then arguments
   * @param module {@code jdk.module.main}, set by the JDK's own launchers
   */
  static @Nullable String named(@Nullable String command, @Nullable String module) {
    if (module != null && module.startsWith("jdk.") && !module.equals("jdk.httpserver")) {
      return module;
    }
    if (command == null) {
      return null;
    }
    int space = command.indexOf(' ');
    String main = space < 0 ? command : command.substring(0, space);
    String file = main.substring(main.lastIndexOf('/') + 1);
    for (String tool : MAIN_CLASSES) {
      if (main.startsWith(tool) || file.startsWith(tool)) {
        return main;
      }
    }
    for (String jar : JARS) {
      if (file.endsWith(".jar") && file.startsWith(jar.replace(".jar", ""))) {
        return file;
      }
    }
    return null;
  }
}

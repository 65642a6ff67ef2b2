package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Looks for other Java agents whose work overlaps ours, in whatever order they were given.
 *
 * <p>Reads the JVM's own arguments, which include {@code JAVA_TOOL_OPTIONS} and argument files,
 * without loading the management classes; an agent is known by its jar's {@code Premain-Class}, so
 * a renamed jar is recognised too.
 */
final class OtherAgents {
  private static final String FLAG = "-javaagent:";

  private OtherAgents() {}

  /**
   * What was found.
   *
   * @param line what to tell the operator; null: nothing
   * @param tracingIsTheirs whether the other agent makes the spans
   * @param stayIdle whether two agents would govern the same calls
   */
  record Finding(@Nullable String line, boolean tracingIsTheirs, boolean stayIdle) {}

  /** Looks; a JVM that does not tell its arguments counts as having no other agent. */
  static Finding look(Instrumentation instrumentation) {
    try {
      for (String argument : arguments(instrumentation)) {
        if (argument.startsWith(FLAG)) {
          String premain = premainClass(argument.substring(FLAG.length()));
          Finding finding = premain == null ? null : about(premain);
          if (finding != null) {
            return finding;
          }
        }
      }
    } catch (Throwable unknown) {
      AgentLog.warn("cannot tell whether other agents are given", unknown);
    }
    return new Finding(null, false, false);
  }

  static @Nullable Finding about(String premain) {
    if (premain.startsWith("io.opentelemetry.javaagent.")) {
      return new Finding(
          "the OpenTelemetry agent is here too: Weft keeps out of tracing. Better, and lighter: drop"
              + " -javaagent:weft-agent.jar and give that agent"
              + " -Dotel.javaagent.extensions=weft-extension.jar",
          true,
          false);
    }
    if (premain.startsWith("com.jd.live.")
        || premain.startsWith("com.huaweicloud.sermant.")
        || premain.startsWith("io.sermant.")) {
      return new Finding(
          "idle: another mesh agent ("
              .concat(premain)
              .concat(") governs this process. Give only one of the two."),
          false,
          true);
    }
    return null;
  }

  private static List<String> arguments(Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Module base = Object.class.getModule();
    Module own = OtherAgents.class.getModule();
    instrumentation.redefineModule(
        base, Set.of(), Map.of("jdk.internal.misc", Set.of(own)), Map.of(), Set.of(), Map.of());
    Object arguments =
        Class.forName("jdk.internal.misc.VM").getMethod("getRuntimeArguments").invoke(null);
    return List.of((String[]) arguments);
  }

  private static @Nullable String premainClass(String jarAndOptions) throws IOException {
    int options = jarAndOptions.indexOf('=');
    String path = options < 0 ? jarAndOptions : jarAndOptions.substring(0, options);
    try (JarFile jar = new JarFile(path, false)) {
      Manifest manifest = jar.getManifest();
      return manifest == null ? null : manifest.getMainAttributes().getValue("Premain-Class");
    } catch (IOException unreadable) {
      // Not ours to complain about: the JVM itself has read it.
      return null;
    }
  }
}

package dev.weft.loader.premain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides from the JVM's surroundings whether the agent has any business here. */
public final class Surroundings {
  private final Map<String, String> environment;
  private final Map<Object, Object> properties;

  Surroundings(Map<String, String> environment, Map<Object, Object> properties) {
    this.environment = environment;
    this.properties = properties;
  }

  /** Returns why the agent should leave this JVM alone, or null if it should not. */
  public static @Nullable String reasonToStayIdle() {
    return new Surroundings(System.getenv(), System.getProperties()).reason();
  }

  @Nullable String reason() {
    if (isOff(environment.get("WEFT_ENABLED"))) {
      return "WEFT_ENABLED=false";
    }
    if (isOff(property("weft.enabled"))) {
      return "-Dweft.enabled=false";
    }
    String tool = JvmTool.named(property("sun.java.command"), property("jdk.module.main"));
    if (tool != null) {
      return "this JVM runs the tool ".concat(tool);
    }
    String extensions = property("otel.javaagent.extensions");
    if (extensions == null) {
      extensions = environment.get("OTEL_JAVAAGENT_EXTENSIONS");
    }
    if (extensions != null && extensions.contains("weft-extension")) {
      return "weft-extension.jar already runs in the OpenTelemetry agent. Drop one of the two.";
    }
    return sidecar();
  }

  /**
   * A sidecar would govern the same calls a second time. Istio's and Linkerd's proxies carry these
   * variables; a container that shares them with the application sits beside one.
   */
  private @Nullable String sidecar() {
    if ("ignore".equals(environment.get("WEFT_SIDECAR"))
        || "ignore".equals(property("weft.sidecar"))) {
      return null;
    }
    for (String name : environment.keySet()) {
      if (name.startsWith("ISTIO_META_")
          || name.startsWith("LINKERD2_PROXY_")
          || name.equals("ISTIO_PROXY")) {
        return "a sidecar governs this process ("
            .concat(name)
            .concat(" is set). To use Weft all the same, set WEFT_SIDECAR=ignore.");
      }
    }
    return null;
  }

  private static boolean isOff(@Nullable String value) {
    return value != null && value.trim().equalsIgnoreCase("false");
  }

  private @Nullable String property(String name) {
    Object value = properties.get(name);
    return value instanceof String ? (String) value : null;
  }
}

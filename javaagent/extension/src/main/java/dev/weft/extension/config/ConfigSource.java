package dev.weft.extension.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks keys up in system properties, then the environment, then {@code weft.config}. */
public final class ConfigSource {
  /** Names in our prefix that are not the agent's: they belong to our own scripts and tests. */
  private static final Set<String> NOT_OURS =
      Set.of("WEFT_VECTORS", "WEFT_HOME", "WEFT_CONFIG", "WEFT_SERVER");

  private final Properties properties;
  private final Map<String, String> environment;
  private final Properties file;

  /**
   * Makes a source.
   *
   * @param file content of {@code weft.config}, possibly empty
   */
  public ConfigSource(Properties properties, Map<String, String> environment, Properties file) {
    this.properties = properties;
    this.environment = environment;
    this.file = file;
  }

  /** The source of this process. A file that cannot be read is reported in {@code problems}. */
  public static ConfigSource ofProcess(List<String> problems) {
    Properties file = new Properties();
    String named = System.getProperty("weft.config", System.getenv("WEFT_CONFIG"));
    Path path = Path.of(named == null ? "weft.config" : named);
    if (Files.isRegularFile(path)) {
      try (Reader reader = Files.newBufferedReader(path)) {
        file.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        problems.add("Configuration file " + path + " cannot be read (" + e + "); it is ignored.");
      }
    } else if (named != null) {
      problems.add("Configuration file " + path + " is not there; it is ignored.");
    }
    return new ConfigSource(System.getProperties(), System.getenv(), file);
  }

  /** The value of {@code key}, never null; its fallback when nobody sets one. */
  public String get(Key key) {
    String value = find(key);
    return value == null ? key.fallback() : value;
  }

  private @Nullable String find(Key key) {
    String value = orNull(properties.getProperty(key.property()));
    if (value == null) {
      value = orNull(environment.get(key.variable()));
    }
    if (value == null) {
      value = orNull(file.getProperty(key.name().toLowerCase(Locale.ROOT)));
    }
    return value;
  }

  /** Blank is as good as unset: deployment templates leave empty variables behind. */
  private static @Nullable String orNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.trim();
  }

  /** The service name that OpenTelemetry would use, or an empty string. */
  String otelServiceName() {
    String value = orNull(properties.getProperty("otel.service.name"));
    if (value == null) {
      value = orNull(environment.get("OTEL_SERVICE_NAME"));
    }
    return value == null ? "" : value;
  }

  /** One line for each name in our prefix that is no key, with the keys there are. */
  List<String> unknownNames() {
    List<String> unknown = new ArrayList<>();
    for (String name : environment.keySet()) {
      if (name.startsWith("WEFT_") && !NOT_OURS.contains(name) && !isVariable(name)) {
        unknown.add(name);
      }
    }
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith("weft.") && !name.equals("weft.config") && !isProperty(name)) {
        unknown.add(name);
      }
    }
    for (String name : file.stringPropertyNames()) {
      if (!isProperty("weft." + name)) {
        unknown.add("weft.config: " + name);
      }
    }
    return unknown;
  }

  private static boolean isVariable(String name) {
    for (Key key : Key.values()) {
      if (key.variable().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isProperty(String name) {
    for (Key key : Key.values()) {
      if (key.property().equals(name)) {
        return true;
      }
    }
    return false;
  }
}

package dev.weft.loader;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a module says about the library it weaves, in the file {@code library.properties} beside the
 * module's class. The file is optional; without it the library has the module's instrumentation
 * name and every version is taken as supported.
 *
 * <pre>
 * name      = Apache HttpClient 5
 * artifact  = org.apache.httpcomponents.client5:httpclient5
 * supported = [5.0,6)
 * opens     = java.base/sun.net.www.http, java.base/sun.net.www.protocol.http
 * </pre>
 *
 * @param name what people call the library
 * @param artifact Maven coordinates {@code group:artifact}, by which the version is found inside
 *     jars that have swallowed the library; null: none
 * @param supported versions that are woven; null: all
 * @param opens {@code module/package} pairs of the JDK that the helpers reach into, beside the
 *     woven types' own packages
 */
public record Library(
    String name, @Nullable String artifact, @Nullable VersionRange supported, List<String> opens) {

  /** File name of the description, in the module's package. */
  public static final String FILE = "library.properties";

  public Library {
    opens = List.copyOf(opens);
    for (String opened : opens) {
      if (opened.indexOf('/') < 0) {
        throw new IllegalArgumentException(
            "Library `" + name + "` opens `" + opened + "`; write module/package.");
      }
    }
  }

  /**
   * Reads the description beside {@code module}; {@code fallbackName} stands in for a missing one.
   */
  static Library beside(Class<?> module, String fallbackName) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = module.getResourceAsStream(FILE)) {
      if (in != null) {
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
        properties.load(reader);
      }
    }
    String supported = properties.getProperty("supported");
    return new Library(
        properties.getProperty("name", fallbackName).trim(),
        properties.getProperty("artifact"),
        supported == null ? null : VersionRange.parse(supported.trim()),
        list(properties.getProperty("opens", "")));
  }

  static List<String> list(String commaSeparated) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from <= commaSeparated.length()) {
      int comma = commaSeparated.indexOf(',', from);
      int to = comma < 0 ? commaSeparated.length() : comma;
      String part = commaSeparated.substring(from, to).trim();
      if (!part.isEmpty()) {
        parts.add(part);
      }
      from = to + 1;
    }
    return parts;
  }
}

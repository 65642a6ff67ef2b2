package dev.weft.extension.telemetry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go, in OpenTelemetry's own variables: {@code OTEL_TRACES_EXPORTER}, {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT}, {@code OTEL_EXPORTER_OTLP_TRACES_ENDPOINT}, {@code
 * OTEL_EXPORTER_OTLP_HEADERS}, or the system properties of the same meaning.
 *
 * @param endpoint full URL of the traces path, OTLP over HTTP with protobuf
 */
public record OtlpSettings(String endpoint, Map<String, String> headers) {

  /** The settings of this process, or null: nobody asked for spans. */
  public static @Nullable OtlpSettings ofProcess() {
    String exporter = value("otel.traces.exporter");
    String traces = value("otel.exporter.otlp.traces.endpoint");
    String base = value("otel.exporter.otlp.endpoint");
    boolean asked = traces != null || base != null || "otlp".equals(exporter);
    if (!asked || "none".equals(exporter) || "true".equalsIgnoreCase(value("otel.sdk.disabled"))) {
      return null;
    }
    String endpoint = traces;
    if (endpoint == null) {
      String prefix = base == null ? "http://localhost:4318" : base;
      endpoint = (prefix.endsWith("/") ? prefix : prefix + "/") + "v1/traces";
    }
    return new OtlpSettings(endpoint, headers(value("otel.exporter.otlp.headers")));
  }

  private static Map<String, String> headers(@Nullable String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (text != null) {
      for (String part : text.split(",", -1)) {
        int equals = part.indexOf('=');
        if (equals > 0) {
          headers.put(part.substring(0, equals).trim(), decoded(part.substring(equals + 1).trim()));
        }
      }
    }
    return headers;
  }

  /** Values are percent-encoded, as in W3C baggage; a plus is a plus. */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static @Nullable String value(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      value = System.getenv(property.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
    return value == null || value.isBlank() ? null : value.trim();
  }
}

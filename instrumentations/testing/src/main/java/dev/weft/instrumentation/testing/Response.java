package dev.weft.instrumentation.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response as the application saw it.
 *
 * @param headers names in lower case
 * @param uri what the library calls the response's URI, or null when it has no such notion
 */
public record Response(
    int status, Map<String, List<String>> headers, byte[] body, @Nullable URI uri) {

  /** The first value of a header, or null. */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}

package dev.weft.instrumentation.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came over the wire.
 *
 * @param head request line and header lines as sent, without the empty line
 * @param target of the request line
 * @param connection number of the connection at this backend, from 1
 * @param peer SPIFFE identity of the client, or null for plaintext
 */
public record Received(
    String head,
    String method,
    String target,
    List<Map.Entry<String, String>> headers,
    byte[] body,
    int connection,
    @Nullable String peer) {

  /** All values of a header, in order. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(h -> h.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The only or first value of a header, or null. */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}

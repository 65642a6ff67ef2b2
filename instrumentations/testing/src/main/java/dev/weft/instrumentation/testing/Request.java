package dev.weft.instrumentation.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as an application would make it with any library.
 *
 * @param headers in order, names may repeat
 * @param body sent as UTF-8; null: none
 * @param oneShot the body is given as a stream that can be read once
 * @param timeout the library's own response timeout, or null for its default
 */
public record Request(
    String method,
    URI uri,
    List<Map.Entry<String, String>> headers,
    @Nullable String body,
    boolean oneShot,
    @Nullable Duration timeout) {

  public Request {
    headers = List.copyOf(headers);
  }

  /** A GET without headers or body. */
  public static Request get(String uri) {
    return of("GET", uri, null);
  }

  /** A POST of a UTF-8 text that can be sent again. */
  public static Request post(String uri, String body) {
    return of("POST", uri, body);
  }

  /** Any method; {@code body} may be null. */
  public static Request of(String method, String uri, @Nullable String body) {
    return new Request(method, URI.create(uri), List.of(), body, false, null);
  }

  /** The body as it is sent; empty without one. */
  public byte[] bytes() {
    return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
  }

  /** Adds a header. */
  public Request header(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Request(method, uri, more, body, oneShot, timeout);
  }

  /** The same body, but readable once only. */
  public Request asOneShot() {
    return new Request(method, uri, headers, body, true, timeout);
  }

  /** With the library's own response timeout. */
  public Request within(Duration limit) {
    return new Request(method, uri, headers, body, oneShot, limit);
  }
}

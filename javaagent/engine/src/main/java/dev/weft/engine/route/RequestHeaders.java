package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import org.jspecify.annotations.Nullable;

/** Reads a request's headers, pseudo headers of HTTP/2 among them. */
public final class RequestHeaders {
  private RequestHeaders() {}

  /** The value of {@code name}, which is in lower case, or null. */
  public static <R> @Nullable String read(R request, RequestReader<? super R> reader, String name) {
    if (name.charAt(0) != ':') {
      return name.equals("host") ? reader.authority(request) : reader.header(request, name);
    }
    return switch (name) {
      case ":method" -> reader.method(request);
      case ":path" -> reader.path(request);
      case ":authority" -> reader.authority(request);
      case ":scheme" -> "http";
      default -> null;
    };
  }
}

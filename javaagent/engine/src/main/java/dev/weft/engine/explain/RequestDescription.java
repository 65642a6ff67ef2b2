package dev.weft.engine.explain;

import dev.weft.bootstrap.RequestReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody has sent.
 *
 * @param host dialled name
 * @param port dialled port
 * @param path path and query
 * @param headers names in lower case
 */
public record RequestDescription(
    String host, int port, String method, String path, Map<String, String> headers) {
  /** Reads descriptions as the adapters read requests. */
  static final RequestReader<RequestDescription> READER =
      new RequestReader<>() {
        @Override
        public String method(RequestDescription request) {
          return request.method;
        }

        @Override
        public String path(RequestDescription request) {
          return request.path;
        }

        @Override
        public String authority(RequestDescription request) {
          String host = request.headers.get("host");
          return host == null ? request.host : host;
        }

        @Override
        public @Nullable String header(RequestDescription request, String name) {
          return request.headers.get(name);
        }
      };

  public RequestDescription {
    headers = Map.copyOf(headers);
  }
}

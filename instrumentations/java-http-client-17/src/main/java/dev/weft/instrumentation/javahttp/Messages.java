package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.ResponseReader;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the client's requests and responses for the engine. */
final class Messages {
  static final RequestReader<HttpRequest> REQUEST = new Request();
  static final ResponseReader<HttpHeaders> RESPONSE =
      (headers, name) -> joined(headers.allValues(name));
  static final HeaderWriter<Map<String, List<String>>> MAP = new MapWriter();

  private Messages() {}

  /** An empty, case-insensitive map of headers. */
  static Map<String, List<String>> newHeaders() {
    return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  }

  private static @Nullable String joined(@Nullable List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    return values.size() == 1 ? values.get(0) : String.join(",", values);
  }

  private static final class Request implements RequestReader<HttpRequest> {
    @Override
    public String method(HttpRequest request) {
      return request.method();
    }

    @Override
    public String path(HttpRequest request) {
      return AttemptRequest.tail(request.uri());
    }

    @Override
    public String authority(HttpRequest request) {
      String host = request.headers().firstValue("host").orElse(null);
      if (host != null) {
        return host;
      }
      URI uri = request.uri();
      int port = uri.getPort();
      boolean standard = port == -1 || port == ("https".equals(uri.getScheme()) ? 443 : 80);
      return standard ? uri.getHost() : uri.getHost() + ":" + port;
    }

    @Override
    public @Nullable String header(HttpRequest request, String name) {
      String value = joined(request.headers().allValues(name));
      return value != null ? value : joined(JdkHttpInternals.systemHeaders(request).get(name));
    }
  }

  private static final class MapWriter implements HeaderWriter<Map<String, List<String>>> {
    @Override
    public void set(Map<String, List<String>> headers, String name, String value) {
      headers.put(name, new ArrayList<>(List.of(value)));
    }

    @Override
    public void add(Map<String, List<String>> headers, String name, String value) {
      headers.computeIfAbsent(name, any -> new ArrayList<>(1)).add(value);
    }

    @Override
    public void remove(Map<String, List<String>> headers, String name) {
      headers.remove(name);
    }
  }
}

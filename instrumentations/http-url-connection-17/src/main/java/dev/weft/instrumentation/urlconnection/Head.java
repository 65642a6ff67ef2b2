package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.ResponseReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine gets to know of a request, taken when the connection is about to connect: from
 * then on the JDK lets neither method nor headers change. Cookies of a {@code CookieHandler} and
 * credentials are not among them; the JDK adds those later.
 *
 * @param path path and query as they will be sent
 */
record Head(String method, String path, String authority, Map<String, String> headers) {
  static final RequestReader<Head> READER = new Reader();

  /** Reads a {@code MessageHeader}. */
  static final ResponseReader<Object> RESPONSE = JdkUrlInternals::find;

  /** Writes to a {@code MessageHeader}. */
  static final HeaderWriter<Object> WRITER = new Writer();

  static Head of(HttpURLConnection connection, URL url) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, List<String>> each : connection.getRequestProperties().entrySet()) {
      if (each.getKey() != null) {
        headers.put(each.getKey(), String.join(",", each.getValue()));
      }
    }
    String file = url.getFile();
    int port = url.getPort();
    String host = headers.get("host");
    if (host == null) {
      host = url.getHost() + (port == -1 || port == url.getDefaultPort() ? "" : ":" + port);
    }
    return new Head(
        connection.getRequestMethod(),
        file.isEmpty() ? "/" : file.charAt(0) == '?' ? "/" + file : file,
        host,
        headers);
  }

  /** The status in the first line of {@code response}, or -1. */
  static int status(Object response) {
    String line = JdkUrlInternals.value(response, 0);
    int space = line == null ? -1 : line.indexOf(' ');
    if (line == null || !line.startsWith("HTTP/") || line.length() < space + 4) {
      return -1;
    }
    try {
      return Integer.parseInt(line, space + 1, space + 4, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static final class Reader implements RequestReader<Head> {
    @Override
    public String method(Head request) {
      return request.method;
    }

    @Override
    public String path(Head request) {
      return request.path;
    }

    @Override
    public String authority(Head request) {
      return request.authority;
    }

    @Override
    public @Nullable String header(Head request, String name) {
      return request.headers.get(name);
    }
  }

  private static final class Writer implements HeaderWriter<Object> {
    @Override
    public void set(Object message, String name, String value) {
      JdkUrlInternals.remove(message, name);
      JdkUrlInternals.add(message, name, value);
    }

    @Override
    public void add(Object message, String name, String value) {
      JdkUrlInternals.add(message, name, value);
    }

    @Override
    public void remove(Object message, String name) {
      JdkUrlInternals.remove(message, name);
    }
  }
}

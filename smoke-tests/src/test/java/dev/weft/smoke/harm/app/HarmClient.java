package dev.weft.smoke.harm.app;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One of the clients that are compared, with the options of a shape. */
interface HarmClient extends AutoCloseable {
  /** Names that {@link #of} takes. */
  List<String> ALL = List.of("jdk", "jdk-async", "url", "hc5");

  /** Sends and describes everything that the application can see of the answer. */
  String send(String url) throws Exception;

  @Override
  default void close() throws Exception {}

  static HarmClient of(String name, Shape shape, int serverPort, boolean differs) {
    switch (name) {
      case "jdk":
        return new JdkHarmClient(shape, serverPort, false, differs);
      case "jdk-async":
        return new JdkHarmClient(shape, serverPort, true, differs);
      case "url":
        return new UrlHarmClient(shape, serverPort, differs);
      default:
        return new ApacheHarmClient(shape, serverPort, differs);
    }
  }

  static byte[] bytes(Shape shape) {
    if (shape.body().equals("none")) {
      return new byte[0];
    }
    byte[] bytes =
        new byte[Integer.parseInt(shape.body().substring(shape.body().indexOf(':') + 1))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    return bytes;
  }

  static InputStream stream(Shape shape) {
    return new ByteArrayInputStream(bytes(shape));
  }

  static String describe(int status, Map<String, List<String>> headers, byte[] body, Object uri) {
    Map<String, List<String>> sorted = new TreeMap<>();
    headers.forEach((name, values) -> sorted.put(String.valueOf(name).toLowerCase(), values));
    return status + " " + sorted + " " + body.length + ":" + Arrays.hashCode(body) + " " + uri;
  }
}

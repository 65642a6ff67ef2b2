package dev.weft.instrumentation.javahttp;

import java.net.http.HttpRequest.BodyPublisher;
import java.util.Set;

/** Knows which request bodies can be produced again. */
final class Bodies {
  private static final String JDK = "jdk.internal.net.http.RequestPublishers$";

  // Each subscription to one of these starts over. A stream, a foreign publisher and whatever we do
  // not know may give nothing the second time (measured: a stream sends 0 bytes).
  private static final Set<String> REPEATABLE =
      Set.of("ByteArrayPublisher", "StringPublisher", "EmptyPublisher", "FilePublisher");

  private Bodies() {}

  /** Whether {@code body} can be sent twice. */
  static boolean repeatable(BodyPublisher body) {
    String name = body.getClass().getName();
    return name.startsWith(JDK) && REPEATABLE.contains(name.substring(JDK.length()));
  }
}

package dev.weft.control.compile;

import com.google.protobuf.Duration;
import com.google.protobuf.Value;
import dev.weft.control.source.Document;
import java.util.Locale;

/** Small protobuf values. */
final class Protos {
  private Protos() {}

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  /** How Istio names the document that something came from. */
  static String path(Document document) {
    String kind = document.key().kind().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "/apis/networking.istio.io/v1/namespaces/"
        + document.key().namespace()
        + "/"
        + kind
        + "/"
        + document.key().name();
  }
}

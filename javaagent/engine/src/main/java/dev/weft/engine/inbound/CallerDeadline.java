package dev.weft.engine.inbound;

import dev.weft.bootstrap.RequestReader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a caller says it will wait: {@code grpc-timeout} (gRPC over HTTP/2, "Timeout") or {@code
 * x-envoy-expected-rq-timeout-ms}, the smaller of both. Believed from mesh peers only.
 */
final class CallerDeadline {
  private static final int MAX_DIGITS = 8;

  private CallerDeadline() {}

  /** Returns nanoseconds, or {@link Long#MAX_VALUE}. */
  static <R> long nanos(R request, RequestReader<? super R> reader) {
    long envoy = millis(reader.header(request, "x-envoy-expected-rq-timeout-ms"));
    return Math.min(envoy, grpc(reader.header(request, "grpc-timeout")));
  }

  static long millis(@Nullable String text) {
    long value = number(text, text == null ? 0 : text.length());
    return value <= 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(value);
  }

  static long grpc(@Nullable String text) {
    if (text == null || text.length() < 2) {
      return Long.MAX_VALUE;
    }
    long value = number(text, text.length() - 1);
    if (value < 0) {
      return Long.MAX_VALUE;
    }
    return switch (text.charAt(text.length() - 1)) {
      case 'H' -> TimeUnit.HOURS.toNanos(value);
      case 'M' -> TimeUnit.MINUTES.toNanos(value);
      case 'S' -> TimeUnit.SECONDS.toNanos(value);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(value);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(value);
      case 'n' -> value;
      default -> Long.MAX_VALUE;
    };
  }

  /** At most 8 digits, as gRPC's specification has it; -1 for anything else. */
  private static long number(@Nullable String text, int end) {
    if (text == null || end < 1 || end > MAX_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = 10 * value + c - '0';
    }
    return value;
  }
}

package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Retries;
import java.util.Set;

/** Reads {@code HTTPRetry}. */
final class RetriesReader {
  /** Envoy's conditions that the engine knows. */
  private static final Set<String> CONDITIONS =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "reset-before-request",
          "connect-failure",
          "refused-stream",
          "retriable-4xx",
          "retriable-status-codes",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  private RetriesReader() {}

  static Retries read(Fields retries) {
    if (!retries.has("attempts")) {
      retries.problem(FindingCode.FIELD_MISSING, "attempts", "is missing; it must be there.");
    }
    String on = retries.text("retryOn");
    if (on != null) {
      checkConditions(retries, on);
    }
    Retries read =
        new Retries(
            retries.number("attempts", 0, 100, 0),
            retries.duration("perTryTimeout"),
            on,
            retries.duration("backoff"));
    if (retries.has("retryIgnorePreviousHosts")
        && !retries.flag("retryIgnorePreviousHosts", true)) {
      retries.problem(
          FindingCode.FIELD_UNSUPPORTED,
          "retryIgnorePreviousHosts",
          "is false; retries always prefer a host that was not tried.");
    }
    retries.end("retryRemoteLocalities");
    return read;
  }

  private static void checkConditions(Fields retries, String on) {
    for (String part : on.split(",")) {
      String condition = part.strip();
      if (condition.matches("[1-5][0-9][0-9]") || CONDITIONS.contains(condition)) {
        continue;
      }
      String nearest = Nearest.to(condition, CONDITIONS);
      retries.problem(
          FindingCode.NOT_ALLOWED,
          "retryOn",
          "holds '"
              + condition
              + "'; "
              + (nearest == null
                  ? "use a status code or one of " + CONDITIONS + "."
                  : "did you mean " + nearest + "?"));
    }
  }
}

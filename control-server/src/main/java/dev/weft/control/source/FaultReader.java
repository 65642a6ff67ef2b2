package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Abort;
import dev.weft.control.source.VirtualService.Delay;
import dev.weft.control.source.VirtualService.Fault;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code HTTPFaultInjection}. */
final class FaultReader {
  /** gRPC status names by number. */
  private static final List<String> GRPC =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private FaultReader() {}

  static Fault read(Fields fault) {
    Fault read =
        new Fault(
            fault.object("delay", FaultReader::delay), fault.object("abort", FaultReader::abort));
    fault.end();
    return read;
  }

  private static @Nullable Delay delay(Fields delay) {
    Duration fixed = delay.duration("fixedDelay");
    if (fixed == null && !delay.has("fixedDelay")) {
      delay.problem(FindingCode.FIELD_MISSING, "fixedDelay", "is missing; it must be there.");
    }
    double percent = percent(delay);
    delay.end("exponentialDelay");
    return fixed == null ? null : new Delay(fixed, percent);
  }

  private static Abort abort(Fields abort) {
    Integer http = abort.number("httpStatus", 200, 599);
    String grpc = abort.text("grpcStatus");
    if (abort.has("httpStatus") == (grpc != null)) {
      abort.problem(
          FindingCode.CONTRADICTION, "", "needs exactly one of httpStatus and grpcStatus.");
    }
    int grpcStatus = grpc == null ? -1 : GRPC.indexOf(grpc);
    if (grpc != null && grpcStatus < 0 && grpc.matches("1?[0-9]") && Integer.parseInt(grpc) < 17) {
      grpcStatus = Integer.parseInt(grpc);
    }
    if (grpc != null && grpcStatus < 0) {
      abort.problem(
          FindingCode.NOT_ALLOWED,
          "grpcStatus",
          "is '" + grpc + "'; use a name such as UNAVAILABLE.");
    }
    double percent = percent(abort);
    abort.end("http2Error");
    return new Abort(http == null ? 503 : http, grpcStatus, percent);
  }

  /** {@code percentage.value}, or the old {@code percent}; all calls when neither is given. */
  private static double percent(Fields fields) {
    Fields percentage = fields.object("percentage");
    double value = percentage.percent("value", fields.has("percentage") ? 0 : 100);
    percentage.end();
    return fields.has("percent") ? fields.percent("percent", value) : value;
  }
}

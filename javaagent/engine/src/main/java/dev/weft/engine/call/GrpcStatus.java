package dev.weft.engine.call;

/** Maps between HTTP and gRPC statuses as Envoy and gRPC's own table do. */
final class GrpcStatus {
  static final int DEADLINE_EXCEEDED = 4;
  static final int UNAVAILABLE = 14;
  private static final int[] HTTP = {
    200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401
  };

  private GrpcStatus() {}

  /** For outlier detection: the HTTP status that a gRPC status is worth. */
  static int toHttp(int grpcStatus) {
    return grpcStatus >= 0 && grpcStatus < HTTP.length ? HTTP[grpcStatus] : 500;
  }

  /** For local replies to gRPC calls; gRPC's "HTTP to gRPC status code mapping". */
  static int ofHttp(int status) {
    return switch (status) {
      case 200 -> 0;
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> 2;
    };
  }
}

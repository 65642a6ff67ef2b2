package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A logical outbound call as telemetry sees it. It is the engine's own call object: valid only
 * during the callback that hands it over, to be copied from and not kept.
 */
public interface CallView {
  /** HTTP method in upper case. */
  String method();

  /** Path and query as the application sent them. */
  String path();

  /** What the application sends as Host or {@code :authority}. */
  String authority();

  /** Name of the virtual host that the dialled name belongs to, without port. */
  String dialledHost();

  /** The dialled port. */
  int dialledPort();

  /** Name of the route, may be empty. */
  String routeName();

  /** A request header, {@code name} in lower case, or null. */
  @Nullable String requestHeader(String name);

  /** Where the call went at last; cluster or virtual host when it reached no endpoint. */
  Target target();

  /** {@code http} or {@code grpc}: Istio's {@code request_protocol}. */
  String protocol();

  /** HTTP status given to the application; 0 when it got an exception. */
  int status();

  /** gRPC status, or -1. */
  int grpcStatus();

  /** Bits of {@link Flags}. */
  int flags();

  /** Whether the last attempt used mesh mTLS. */
  boolean mutualTls();

  /** Attempts handed out, 0 when nothing was sent. */
  int attempts();

  /** From the start of the call to its end; 0 while it runs. */
  long durationNanos();

  /** What the application got thrown, or null. */
  @Nullable Throwable failure();
}

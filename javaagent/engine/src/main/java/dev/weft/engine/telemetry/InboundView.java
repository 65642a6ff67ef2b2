package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/** An inbound request as telemetry sees it; valid only during the callback. */
public interface InboundView {
  /** HTTP method in upper case. */
  String method();

  /** Path and query. */
  String path();

  /** Host or {@code :authority}. */
  String authority();

  /** The port of this JVM it arrived at. */
  int localPort();

  /** The port's slot for the recorder's handles; labels are those of this workload. */
  Target target();

  /** {@code http} or {@code grpc}. */
  String protocol();

  /** Verified SPIFFE id of the peer, or null for plaintext. */
  @Nullable String peer();

  /** Whether mesh mTLS was used. */
  boolean mutualTls();

  /** HTTP status; 0 when the connection ended without one. */
  int status();

  /** gRPC status, or -1. */
  int grpcStatus();

  /** Bits of {@link Flags}. */
  int flags();

  /** From arrival to the end of the response; 0 while it runs. */
  long durationNanos();

  /** What the application threw, or null. */
  @Nullable Throwable failure();
}

package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.PeerTls;
import io.grpc.CallOptions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint an attempt goes to: put into its call options by the call, read by {@link
 * MeshPicker}, which leaves here what became of it.
 */
public final class EndpointChoice {
  static final CallOptions.Key<EndpointChoice> KEY =
      CallOptions.Key.create("dev.weft.endpoint-choice");

  private final Attempt attempt;
  private final InetSocketAddress address;
  private final @Nullable PeerTls tls;
  private volatile boolean picked;
  private volatile @Nullable Failure failure;

  EndpointChoice(Attempt attempt) {
    this.attempt = attempt;
    this.address = attempt.address();
    this.tls = attempt.tls();
  }

  InetSocketAddress address() {
    return address;
  }

  @Nullable PeerTls tls() {
    return tls;
  }

  /** A connection was there: the request leaves now. */
  void pick() {
    if (!picked) {
      picked = true;
      attempt.sent();
    }
  }

  boolean isPicked() {
    return picked;
  }

  /** No connection can be had. */
  void fail(Failure kind) {
    failure = kind;
  }

  /** Why there is no connection, or null. */
  @Nullable Failure failure() {
    return failure;
  }
}

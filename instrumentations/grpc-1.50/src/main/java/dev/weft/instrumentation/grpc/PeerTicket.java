package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.PeerTls;
import io.grpc.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * Goes with an endpoint's address down to the transport that connects to it: whom to expect there.
 * A transport that does not know tickets never {@linkplain #honour honours} one; its connection is
 * then not used, for it is plaintext.
 */
public final class PeerTicket {
  /** Where the transport finds it, among the address's attributes. */
  public static final Attributes.Key<PeerTicket> KEY =
      Attributes.Key.create("dev.weft.peer-ticket");

  private final @Nullable PeerTls tls;
  private volatile boolean honoured;
  private volatile @Nullable Throwable failure;

  PeerTicket(@Nullable PeerTls tls) {
    this.tls = tls;
  }

  /** Whom to expect; null: plaintext. */
  public @Nullable PeerTls tls() {
    return tls;
  }

  /** The transport puts TLS beneath itself. */
  public void honour() {
    honoured = true;
  }

  /** The handshake failed, or the peer is not who it should be. */
  public void failed(Throwable cause) {
    failure = cause;
  }

  boolean isHonoured() {
    return tls == null || honoured;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}

package dev.weft.bootstrap;

import java.net.SocketAddress;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh does at a port that this JVM serves. Read anew per connection and per request: the
 * policy behind it may change at any time.
 */
public interface InboundPort {

  /** How connections to the port are taken. */
  enum Mode {
    /** Plaintext only; TLS bytes are the application's own business. */
    DISABLE,
    /** Mesh mTLS and anything else on the same port. */
    PERMISSIVE,
    /** Mesh mTLS only; anything else is closed. */
    STRICT,
    /** Nobody: the policy is not known or could not be decoded. */
    CLOSED
  }

  /** The mode in force now. */
  Mode mode();

  /**
   * Makes a server engine for a connection that began with a TLS ClientHello. It asks for a client
   * certificate and checks it; ALPN is answered from {@code applicationProtocols}.
   *
   * @param applicationProtocols what the library can speak, best first: {@code h2}, {@code
   *     http/1.1}
   * @return null while this JVM has no identity: the connection cannot be taken
   */
  @Nullable SSLEngine newEngine(String... applicationProtocols);

  /**
   * Whether a ClientHello is meant for us. A mesh peer offers one of Istio's ALPNs; TLS of the
   * application's own is passed on untouched.
   *
   * @param offeredAlpn ALPN names in the ClientHello, possibly empty
   */
  boolean isMeshHello(String[] offeredAlpn);

  /** Counts a connection that was refused, with the reason; the first of a kind is logged. */
  void refused(@Nullable SocketAddress peer, String reason);

  /**
   * A request arrived. Judges it and opens the request scope (trace parent, deadline, peer).
   *
   * @param peer session of the connection's mesh TLS, or null for plaintext
   * @return null: behave as if we were not there
   */
  <R> @Nullable InboundCall begin(
      R request,
      RequestReader<? super R> reader,
      @Nullable SSLSession peer,
      @Nullable SocketAddress remote);
}

package dev.weft.bootstrap;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * Client side of mTLS to one expected identity, put beneath a library that believes it speaks
 * plaintext.
 *
 * <p>{@code equals} and {@code hashCode} tell whether two connections may share a pool entry: same
 * SNI, same expected SANs, same generation of our own identity.
 */
public interface PeerTls {
  /** ALPN offers for HTTP/1.1 only. */
  int HTTP_1_1 = 1;

  /** ALPN offers for HTTP/2 only (gRPC, h2c prior knowledge of the application). */
  int HTTP_2 = 2;

  /** HTTP/2 preferred, HTTP/1.1 accepted. */
  int HTTP_2_OR_1_1 = 3;

  /** No ALPN of an application protocol: opaque TCP. */
  int TCP = 4;

  /**
   * Makes a client engine, ready to handshake; its trust manager checks chain and SPIFFE identity.
   *
   * @param alpn one of the constants above
   */
  SSLEngine newEngine(int alpn);

  /**
   * Layers TLS over a connected socket and completes the handshake on the calling thread.
   *
   * @throws IOException the handshake failed or the peer is not who it should be; {@code socket} is
   *     closed
   */
  SSLSocket wrap(Socket socket, int alpn) throws IOException;

  /**
   * Checks the peer of an established session again; session resumption skips the trust manager.
   *
   * @throws SSLException naming the expected and the presented identity
   */
  void verify(SSLSession session) throws SSLException;
}

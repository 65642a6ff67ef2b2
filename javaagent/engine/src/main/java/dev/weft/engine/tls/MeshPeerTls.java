package dev.weft.engine.tls;

import dev.weft.bootstrap.PeerTls;
import dev.weft.model.Cluster.MeshTls;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Client TLS to peers of one expectation with one generation of our identity. Immutable; equal to
 * another of the same SNI, SANs and generation, so that connection pools keep them apart from
 * everything else.
 */
public final class MeshPeerTls implements PeerTls {
  private final MeshIdentity identity;
  private final MeshTls expected;
  private final PeerRule rule;

  MeshPeerTls(MeshIdentity identity, MeshTls expected) {
    this.identity = identity;
    this.expected = expected;
    this.rule = identity.rule(expected);
  }

  /** Whose generation this is. */
  public MeshIdentity identity() {
    return identity;
  }

  @Override
  public SSLEngine newEngine(int alpn) {
    // Host and port are the key of the client session cache, nothing else: there is no host check.
    SSLEngine engine = identity.context(rule).createSSLEngine(expected.sni(), 0);
    engine.setUseClientMode(true);
    engine.setSSLParameters(configure(engine.getSSLParameters(), alpn));
    return engine;
  }

  @Override
  public SSLSocket wrap(Socket socket, int alpn) throws IOException {
    SSLSocket tls = null;
    try {
      tls =
          (SSLSocket)
              identity
                  .context(rule)
                  .getSocketFactory()
                  .createSocket(socket, expected.sni(), socket.getPort(), true);
      tls.setUseClientMode(true);
      tls.setSSLParameters(configure(tls.getSSLParameters(), alpn));
      tls.startHandshake();
      verify(tls.getSession());
      return tls;
    } catch (IOException | RuntimeException e) {
      closeQuietly(tls == null ? socket : tls, e);
      throw e;
    }
  }

  private static void closeQuietly(Socket socket, Exception reason) {
    try {
      socket.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private SSLParameters configure(SSLParameters parameters, int alpn) {
    parameters.setProtocols(MeshIdentity.protocols());
    parameters.setApplicationProtocols(Alpn.offers(alpn));
    if (!expected.sni().isEmpty()) {
      parameters.setServerNames(List.of(new RawServerName(expected.sni())));
    }
    return parameters;
  }

  @Override
  public void verify(SSLSession session) throws SSLException {
    try {
      rule.check(SpiffeIds.ofPeer(session));
    } catch (CertificateException e) {
      SSLPeerUnverifiedException refused = new SSLPeerUnverifiedException(e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof MeshPeerTls other
        && identity.generation() == other.identity.generation()
        && expected.equals(other.expected);
  }

  @Override
  public int hashCode() {
    return expected.hashCode() * 31 + Long.hashCode(identity.generation());
  }

  @Override
  public String toString() {
    return "mTLS to " + (rule.ids().isEmpty() ? rule.trustDomains() : rule.ids());
  }
}

package dev.weft.engine.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Accepts a chain that leads to the mesh's roots (the JDK's PKIX check: signatures, validity, key
 * usage, extended key usage) and whose leaf carries an accepted SPIFFE id. Host names do not
 * matter: an identity is not an address. It never consults the JDK's default roots.
 */
final class SpiffeTrustManager extends X509ExtendedTrustManager {
  private final X509TrustManager chainCheck;
  private final PeerRule rule;

  SpiffeTrustManager(X509TrustManager chainCheck, PeerRule rule) {
    this.chainCheck = chainCheck;
    this.rule = rule;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    chainCheck.checkServerTrusted(chain, authType);
    rule.check(SpiffeIds.of(chain[0]));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    chainCheck.checkClientTrusted(chain, authType);
    rule.check(SpiffeIds.of(chain[0]));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  /** Empty: a client does not pick its certificate by our roots, it has one. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

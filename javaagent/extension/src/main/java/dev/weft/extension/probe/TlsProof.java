package dev.weft.extension.probe;

import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Shakes hands with a port of this very JVM as a mesh peer would, and checks that the answer bears
 * our own identity. Only after that is the port advertised as taking mTLS.
 */
final class TlsProof {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int SUBJECT_ALTERNATIVE_URI = 6;

  private TlsProof() {}

  /**
   * Runs one handshake and closes the connection without sending a request.
   *
   * @throws IOException no connection, no TLS there, or another identity
   * @throws GeneralSecurityException our own identity cannot be used
   */
  static void shakeHands(InetAddress address, int port, boolean http2, SvidMaterial identity)
      throws IOException, GeneralSecurityException {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      SSLSocket tls =
          (SSLSocket)
              context(identity)
                  .getSocketFactory()
                  .createSocket(plain, address.getHostAddress(), port, true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(
          http2
              ? new String[] {"istio-h2", "istio", "h2"}
              : new String[] {"istio-http/1.1", "istio", "http/1.1"});
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      Certificate leaf = tls.getSession().getPeerCertificates()[0];
      if (!(leaf instanceof X509Certificate x509) || !uris(x509).contains(identity.spiffeId())) {
        throw new IOException(
            "Port " + port + " answers TLS, but not with our identity " + identity.spiffeId());
      }
    }
  }

  private static List<String> uris(X509Certificate leaf) throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> Integer.valueOf(SUBJECT_ALTERNATIVE_URI).equals(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }

  private static SSLContext context(SvidMaterial identity)
      throws GeneralSecurityException, IOException {
    char[] none = new char[0];
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, none);
    keys.setKeyEntry(
        "svid", identity.key(), none, identity.chain().toArray(new X509Certificate[0]));
    for (int i = 0; i < identity.roots().size(); i++) {
      keys.setCertificateEntry("root-" + i, identity.roots().get(i));
    }
    KeyManagerFactory key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    key.init(keys, none);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}

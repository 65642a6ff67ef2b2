package dev.weft.instrumentation.testing;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads the SPIFFE identity that a TLS peer has shown. */
public final class PeerIdentity {
  private static final int URI = 6;

  private PeerIdentity() {}

  /** The first URI among the certificate's alternative names, or null. */
  public static @Nullable String of(SSLSession session) {
    try {
      X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
      if (leaf.getSubjectAlternativeNames() != null) {
        for (List<?> name : leaf.getSubjectAlternativeNames()) {
          if (name.get(0).equals(URI)) {
            return (String) name.get(1);
          }
        }
      }
      return null;
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return null;
    }
  }
}

package dev.weft.engine.tls;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads SPIFFE ids from certificates. Source: SPIFFE X509-SVID, section 2: exactly one URI SAN. */
public final class SpiffeIds {
  private static final int URI_SAN = 6;
  private static final String SCHEME = "spiffe://";

  private SpiffeIds() {}

  /** The SPIFFE id of a leaf, or null when it has none, several, or a malformed one. */
  public static @Nullable String of(X509Certificate leaf) {
    Collection<List<?>> names;
    try {
      names = leaf.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return null;
    }
    String id = null;
    if (names != null) {
      for (List<?> name : names) {
        if (Integer.valueOf(URI_SAN).equals(name.get(0))) {
          if (id != null) {
            return null;
          }
          id = String.valueOf(name.get(1));
        }
      }
    }
    return id != null && id.startsWith(SCHEME) && !trustDomain(id).isEmpty() ? id : null;
  }

  /** The SPIFFE id of a session's peer, or null when it showed no usable certificate. */
  public static @Nullable String ofPeer(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? of(leaf) : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /** The part of an id between {@code spiffe://} and the next slash; empty when malformed. */
  public static String trustDomain(String id) {
    if (!id.startsWith(SCHEME)) {
      return "";
    }
    int slash = id.indexOf('/', SCHEME.length());
    return slash < 0 ? id.substring(SCHEME.length()) : id.substring(SCHEME.length(), slash);
  }
}

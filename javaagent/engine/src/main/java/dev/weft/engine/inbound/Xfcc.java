package dev.weft.engine.inbound;

import dev.weft.engine.tls.SpiffeIds;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * {@code x-forwarded-client-cert} as Envoy writes it from the verified peer: {@code
 * By=…;Hash=…;Subject="";URI=…}. Whatever a client sent under that name is dropped, so the
 * application may believe it. Made once per TLS session.
 */
final class Xfcc {
  static final String HEADER = "x-forwarded-client-cert";
  private static final String CACHE = "weft.xfcc";

  private Xfcc() {}

  /** Returns null when the session has no verified peer. */
  static @Nullable String of(SSLSession session, @Nullable String own) {
    if (session.getValue(CACHE) instanceof String cached) {
      return cached;
    }
    String peer = SpiffeIds.ofPeer(session);
    if (peer == null) {
      return null;
    }
    try {
      byte[] leaf = session.getPeerCertificates()[0].getEncoded();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(leaf);
      String value =
          (own == null ? "" : "By=" + own + ";")
              + "Hash="
              + HexFormat.of().formatHex(hash)
              + ";Subject=\"\";URI="
              + peer;
      session.putValue(CACHE, value);
      return value;
    } catch (SSLPeerUnverifiedException
        | CertificateEncodingException
        | NoSuchAlgorithmException e) {
      return null;
    }
  }
}

package dev.weft.client.ca;

import dev.weft.model.SvidMaterial;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads and checks what the CA answered: leaf, intermediates, root last. */
final class IssuedChain {
  private static final int SAN_URI = 6;

  private IssuedChain() {}

  /**
   * Checks that the chain holds together, is for our key and names a SPIFFE ID.
   *
   * @throws GeneralSecurityException when not; the message says what is wrong
   */
  static SvidMaterial read(List<String> pems, KeyPair key, long generation)
      throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> all = new ArrayList<>();
    for (String pem : pems) {
      for (var certificate :
          factory.generateCertificates(
              new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
        all.add((X509Certificate) certificate);
      }
    }
    if (all.size() < 2) {
      throw new CertificateException(
          "the CA sent " + all.size() + " certificates; at least a leaf and its root are needed");
    }
    X509Certificate leaf = all.get(0);
    if (!leaf.getPublicKey().equals(key.getPublic())) {
      throw new CertificateException("the CA's certificate is for another key");
    }
    leaf.checkValidity();
    for (int i = 0; i + 1 < all.size(); i++) {
      all.get(i).verify(all.get(i + 1).getPublicKey());
    }
    return new SvidMaterial(
        spiffeId(leaf),
        key.getPrivate(),
        all.subList(0, all.size() - 1),
        all.subList(all.size() - 1, all.size()),
        generation);
  }

  private static String spiffeId(X509Certificate leaf) throws CertificateException {
    String id = null;
    var names = leaf.getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer kind && kind == SAN_URI) {
          // X509-SVID, 2: exactly one URI.
          if (id != null) {
            throw new CertificateException("the CA's certificate names more than one URI");
          }
          id = String.valueOf(name.get(1));
        }
      }
    }
    if (id == null || !id.startsWith("spiffe://")) {
      throw new CertificateException("the CA's certificate names no SPIFFE ID");
    }
    return id;
  }
}

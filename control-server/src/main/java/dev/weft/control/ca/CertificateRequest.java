package dev.weft.control.ca;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A PKCS#10 request (RFC 2986) of which only the key is used, after its owner has proven to hold
 * it. Names in it are not looked at.
 */
final class CertificateRequest {
  private static final int RSA_MINIMUM_BITS = 2048;
  private static final int EC_MINIMUM_BITS = 256;

  private CertificateRequest() {}

  /**
   * The request's key.
   *
   * @throws IllegalArgumentException saying what is wrong with the request
   */
  static PublicKey key(String pem) {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
        throw new IllegalArgumentException("csr is not a PEM-encoded PKCS#10 request.");
      }
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(parsed);
      PublicKey key = request.getPublicKey();
      checkStrength(key);
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new IllegalArgumentException(
            "csr is not signed by its own key; whoever sent it does not hold the key.");
      }
      return key;
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | ClassCastException e) {
      throw new IllegalArgumentException("csr cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkStrength(PublicKey key) {
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= RSA_MINIMUM_BITS) {
      return;
    }
    if (key instanceof ECPublicKey ec
        && ec.getParams().getCurve().getField().getFieldSize() >= EC_MINIMUM_BITS) {
      return;
    }
    if (key instanceof EdECPublicKey) {
      return;
    }
    throw new IllegalArgumentException(
        "csr holds a key that is too weak ("
            + key.getAlgorithm()
            + "). Use P-256 or more, Ed25519, or RSA with 2048 bits or more.");
  }
}

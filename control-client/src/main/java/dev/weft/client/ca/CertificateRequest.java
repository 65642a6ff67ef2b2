package dev.weft.client.ca;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/**
 * A PKCS#10 request (RFC 2986) with one URI as subject alternative name, signed with ECDSA P-256.
 *
 * <p>Written here because it is forty bytes of structure around what the JDK encodes itself: public
 * key and signature. Bouncy Castle would load some two hundred classes into every application for
 * it (docs/decisions/0030).
 */
final class CertificateRequest {
  private static final byte[] EXTENSION_REQUEST = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14);
  private static final byte[] SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] ECDSA_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private CertificateRequest() {}

  /** The request as PEM. */
  static String pem(KeyPair key, String uri) throws GeneralSecurityException {
    byte[] info =
        der(
            SEQUENCE,
            der(0x02, new byte[] {0}),
            // An empty subject: the identity is in the URI.
            der(SEQUENCE),
            key.getPublic().getEncoded(),
            der(0xa0, der(SEQUENCE, EXTENSION_REQUEST, der(SET, der(SEQUENCE, san(uri))))));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.getPrivate());
    signer.update(info);
    byte[] signature = signer.sign();
    byte[] request =
        der(SEQUENCE, info, der(SEQUENCE, ECDSA_SHA256), der(0x03, new byte[] {0}, signature));
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(request)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }

  /** RFC 5280, 4.2.1.6: critical, since the subject is empty; tag 6 is a URI. */
  private static byte[] san(String uri) {
    byte[] names = der(SEQUENCE, der(0x86, uri.getBytes(StandardCharsets.US_ASCII)));
    return der(SEQUENCE, SUBJECT_ALT_NAME, der(0x01, new byte[] {(byte) 0xff}), der(0x04, names));
  }

  private static byte[] oid(int... encoded) {
    byte[] bytes = new byte[encoded.length];
    for (int i = 0; i < encoded.length; i++) {
      bytes[i] = (byte) encoded[i];
    }
    return der(0x06, bytes);
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}

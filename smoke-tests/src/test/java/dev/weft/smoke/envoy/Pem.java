package dev.weft.smoke.envoy;

import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** An identity as the files that Envoy reads. */
record Pem(Path key, Path chain, Path roots) {

  static Pem write(Path folder, String name, SvidMaterial identity) throws IOException {
    Pem pem =
        new Pem(
            folder.resolve(name + "-key.pem"),
            folder.resolve(name + "-chain.pem"),
            folder.resolve(name + "-roots.pem"));
    Files.writeString(pem.key, block("PRIVATE KEY", identity.key().getEncoded()));
    Files.writeString(pem.chain, certificates(identity.chain()));
    Files.writeString(pem.roots, certificates(identity.roots()));
    return pem;
  }

  private static String certificates(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        text.append(block("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString();
  }

  private static String block(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}

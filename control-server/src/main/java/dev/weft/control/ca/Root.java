package dev.weft.control.ca;

import dev.weft.control.store.DurableFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The root key (P-256) and certificate, made on the first start.
 *
 * <p>On disk: {@code root-key.pem} (mode 0600) and {@code root.pem}. The key is written first: the
 * certificate's presence says that the root is whole, and a root that was given out is never made
 * anew.
 */
record Root(PrivateKey key, X509Certificate certificate) {
  private static final Duration LIFETIME = Duration.ofDays(3650);

  static Root open(Path directory, String trustDomain, Clock clock) throws IOException {
    Path keyFile = directory.resolve("root-key.pem");
    Path certificateFile = directory.resolve("root.pem");
    try {
      if (!Files.exists(certificateFile)) {
        Root root = make(trustDomain, clock);
        DurableFile.writeSecret(keyFile, bytes(Pem.of(root.key)));
        DurableFile.write(certificateFile, bytes(Pem.of(root.certificate)));
        return root;
      }
      Root root =
          new Root(
              Pem.ecKey(Files.readString(keyFile)),
              Pem.certificate(Files.readString(certificateFile)));
      root.certificate.checkValidity(Date.from(clock.instant()));
      return root;
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IOException(
          "The CA root in "
              + directory
              + " cannot be used: "
              + e.getMessage()
              + ". No certificate can be signed; restore "
              + keyFile
              + " and "
              + certificateFile
              + " from a backup.",
          e);
    }
  }

  private static Root make(String trustDomain, Clock clock)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair pair = Keys.p256();
    X500Name name = new X500Name("O=" + trustDomain + ",CN=Weft root");
    Instant now = clock.instant();
    JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
            Date.from(now.minus(Duration.ofMinutes(2))),
            Date.from(now.plus(LIFETIME)),
            name,
            pair.getPublic());
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            utils.createSubjectKeyIdentifier(pair.getPublic()))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://" + trustDomain)));
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    return new Root(pair.getPrivate(), certificate);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Keys do not belong in logs. */
  @Override
  public String toString() {
    return "Root[" + certificate.getSubjectX500Principal() + "]";
  }
}

package dev.weft.client.replay;

import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A CA in memory, made with Bouncy Castle: an independent reader of our own requests. */
public final class TestCa {
  private final KeyPair rootKey = newKey();
  private final KeyPair intermediateKey = newKey();
  private final X509Certificate root;
  private final X509Certificate intermediate;
  private final String identity;
  private final Duration lifetime;
  private long serial = 10;

  public TestCa(String identity, Duration lifetime) throws Exception {
    this.identity = identity;
    this.lifetime = lifetime;
    root = authority("CN=Test root", "CN=Test root", rootKey, rootKey.getPrivate(), 1);
    intermediate =
        authority("CN=Test root", "CN=Test intermediate", intermediateKey, rootKey.getPrivate(), 2);
  }

  public X509Certificate root() {
    return root;
  }

  public String rootPem() throws Exception {
    return pem(root);
  }

  /** Checks the request's own signature and issues leaf, intermediate, root. */
  public synchronized List<String> issue(String csrPem) throws Exception {
    PKCS10CertificationRequest csr =
        (PKCS10CertificationRequest) new PEMParser(new StringReader(csrPem)).readObject();
    JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(csr);
    if (!csr.isSignatureValid(
        new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
      throw new IllegalArgumentException("the signature of the request is wrong");
    }
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=Test intermediate"),
            BigInteger.valueOf(serial++),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plus(lifetime)),
            new X500Name(""),
            request.getPublicKey());
    builder.addExtension(
        Extension.subjectAlternativeName,
        true,
        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, identity)));
    return List.of(pem(sign(builder, intermediateKey.getPrivate())), pem(intermediate), pem(root));
  }

  /** A server certificate for loopback, with its key, as PEM. */
  public ServerPem server() throws Exception {
    KeyPair key = newKey();
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=Test intermediate"),
            BigInteger.valueOf(serial++),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3600)),
            new X500Name("CN=server"),
            key.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
    return new ServerPem(
        pem(sign(builder, intermediateKey.getPrivate())) + pem(intermediate),
        pem(
            new org.bouncycastle.openssl.jcajce.JcaPKCS8Generator(key.getPrivate(), null)
                .generate()));
  }

  /** PEM texts. */
  public record ServerPem(String chain, String key) {}

  private static X509Certificate authority(
      String issuer, String subject, KeyPair key, PrivateKey signer, long serial) throws Exception {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(serial),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(86_400)),
            new X500Name(subject),
            key.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return sign(builder, signer);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws Exception {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static String pem(Object what) throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    }
    return text.toString();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

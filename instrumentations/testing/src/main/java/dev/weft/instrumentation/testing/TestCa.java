package dev.weft.instrumentation.testing;

import dev.weft.model.SvidMaterial;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of one trust domain, in memory, that issues SPIFFE identities. */
public final class TestCa {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final KeyPair keys;
  private final X509Certificate root;
  private final X500Name name;

  /** Makes a root that is valid for a day. */
  public TestCa(String commonName) {
    try {
      name = new X500Name("CN=" + commonName);
      keys = newKeys();
      JcaX509v3CertificateBuilder certificate = builder(name, keys);
      certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      certificate.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      root = sign(certificate);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("The test CA could not be made", e);
    }
  }

  /** The root certificate. */
  public X509Certificate root() {
    return root;
  }

  /** Issues an identity, such as {@code spiffe://cluster.local/ns/default/sa/catalog}. */
  public SvidMaterial issue(String spiffeId) {
    return issue(spiffeId, 1);
  }

  /** Issues an identity of a later rotation. */
  public SvidMaterial issue(String spiffeId, long generation) {
    try {
      KeyPair leafKeys = newKeys();
      JcaX509v3CertificateBuilder certificate = builder(new X500Name("O=test"), leafKeys);
      certificate.addExtension(
          Extension.subjectAlternativeName,
          true,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId)));
      certificate.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      return new SvidMaterial(
          spiffeId, leafKeys.getPrivate(), List.of(sign(certificate)), List.of(root), generation);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("No certificate for " + spiffeId, e);
    }
  }

  /** A plain JDK context that shows {@code identity} and trusts its roots; names go unchecked. */
  public static SSLContext context(SvidMaterial identity) {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          "key", identity.key(), new char[0], identity.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
      keyManagers.init(own, new char[0]);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < identity.roots().size(); i++) {
        trusted.setCertificateEntry("root" + i, identity.roots().get(i));
      }
      TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("No TLS context for " + identity.spiffeId(), e);
    }
  }

  private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        name,
        BigInteger.valueOf(SERIAL.getAndIncrement()),
        Date.from(now.minusSeconds(60)),
        Date.from(now.plusSeconds(86_400)),
        subject,
        subjectKeys.getPublic());
  }

  private X509Certificate sign(JcaX509v3CertificateBuilder certificate)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            certificate.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
    return generator.generateKeyPair();
  }
}

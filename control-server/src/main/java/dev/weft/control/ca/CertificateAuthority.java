package dev.weft.control.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs short-lived workload certificates with the mesh's root.
 *
 * <p>Source: X509-SVID. The leaf carries one URI SAN, critical as its subject is empty (RFC 5280
 * section 4.2.1.6). Valid from two minutes ago, against clocks that are a little behind.
 * Thread-safe.
 */
public final class CertificateAuthority {
  private static final Duration BACKDATED = Duration.ofMinutes(2);
  private static final Duration SERVER_LIFETIME = Duration.ofDays(365);

  private final Root root;
  private final SpiffeIds spiffe;
  private final Clock clock;
  private final Duration lifetime;
  private final SecureRandom random = new SecureRandom();

  private CertificateAuthority(Root root, SpiffeIds spiffe, Clock clock, Duration lifetime) {
    this.root = root;
    this.spiffe = spiffe;
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /**
   * Opens the authority in a directory, or founds it there.
   *
   * @param lifetime of workload certificates when the caller asks for none, and the most it gets
   * @throws IOException when the root is there but cannot be read; it is never made anew over it
   */
  public static CertificateAuthority open(
      Path directory, SpiffeIds spiffe, Clock clock, Duration lifetime) throws IOException {
    return new CertificateAuthority(
        Root.open(directory, spiffe.trustDomain(), clock), spiffe, clock, lifetime);
  }

  /** The names that this authority gives. */
  public SpiffeIds spiffe() {
    return spiffe;
  }

  /** What everybody in the mesh trusts. */
  public X509Certificate root() {
    return root.certificate();
  }

  /**
   * Signs a workload certificate. Who it is for comes from the authenticated caller alone.
   *
   * @param asked wished lifetime; zero: the default; capped by it
   * @return leaf first, root last
   */
  public List<X509Certificate> sign(
      PublicKey key, String namespace, String serviceAccount, Duration asked) {
    Duration granted =
        asked.isZero() || asked.isNegative() || asked.compareTo(lifetime) > 0 ? lifetime : asked;
    GeneralName name =
        new GeneralName(
            GeneralName.uniformResourceIdentifier, spiffe.uri(namespace, serviceAccount));
    return List.of(leaf(key, new X500Name(""), List.of(name), granted), root.certificate());
  }

  /** A fresh key and certificate for the server's own TLS port. */
  public Held server(Collection<String> hosts) {
    KeyPair pair = Keys.p256();
    List<GeneralName> names = new ArrayList<>();
    for (String host : hosts) {
      boolean ip = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
      names.add(new GeneralName(ip ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }
    X509Certificate leaf =
        leaf(pair.getPublic(), new X500Name("CN=weft-control"), names, SERVER_LIFETIME);
    return new Held(pair.getPrivate(), List.of(leaf, root.certificate()));
  }

  /** A key and certificate made here, for peers that cannot make a CSR (Envoy by SDS). */
  public Held issue(String namespace, String serviceAccount) {
    KeyPair pair = Keys.p256();
    return new Held(
        pair.getPrivate(), sign(pair.getPublic(), namespace, serviceAccount, Duration.ZERO));
  }

  /** A key with its chain, leaf first, root last. */
  public record Held(java.security.PrivateKey key, List<X509Certificate> chain) {}

  private X509Certificate leaf(
      PublicKey key, X500Name subject, List<GeneralName> names, Duration granted) {
    Instant now = clock.instant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              root.certificate(),
              new BigInteger(127, random).add(BigInteger.ONE),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(granted)),
              subject,
              key);
      boolean unnamed = subject.getRDNs().length == 0;
      int usage =
          key.getAlgorithm().equals("RSA")
              ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
              : KeyUsage.digitalSignature;
      JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(
                  new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                  }))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              utils.createAuthorityKeyIdentifier(root.certificate().getPublicKey()))
          .addExtension(
              Extension.subjectAlternativeName,
              unnamed,
              new GeneralNames(names.toArray(new GeneralName[0])));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(root.key())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Signing for " + names + " failed: " + e.getMessage(), e);
    }
  }
}

package dev.weft.engine.tls;

import dev.weft.model.Cluster.MeshTls;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One generation of this JVM's identity, ready for handshakes. Immutable but for its caches.
 *
 * <p>There is one {@link SSLContext} per expected set of peer identities, because a context is also
 * a session cache: a session made for one identity can never be resumed for another, and with the
 * next generation all of them are gone. A context costs about 2 KiB, and clusters of one service
 * share it.
 */
public final class MeshIdentity {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SvidMaterial material;
  private final KeyManager[] keyManagers;
  private final X509TrustManager chainCheck;
  private final String trustDomain;
  private final ConcurrentHashMap<PeerRule, SSLContext> contexts = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<MeshTls, MeshPeerTls> peers = new ConcurrentHashMap<>();

  private MeshIdentity(SvidMaterial material, X509TrustManager chainCheck) {
    this.material = material;
    this.chainCheck = chainCheck;
    this.trustDomain = SpiffeIds.trustDomain(material.spiffeId());
    this.keyManagers =
        new KeyManager[] {
          new SvidKeyManager(material.key(), material.chain().toArray(new X509Certificate[0]))
        };
  }

  /**
   * @throws GeneralSecurityException the roots cannot be used; the caller keeps its last identity
   */
  public static MeshIdentity of(SvidMaterial material) throws GeneralSecurityException {
    try {
      KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      int n = 0;
      for (X509Certificate root : material.roots()) {
        roots.setCertificateEntry("root-" + n++, root);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(roots);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          MeshIdentity identity = new MeshIdentity(material, x509);
          identity.context(new PeerRule(List.of(), List.of(identity.trustDomain)));
          return identity;
        }
      }
      throw new GeneralSecurityException("this JDK has no X.509 trust manager for PKIX");
    } catch (IOException e) {
      throw new GeneralSecurityException("the empty key store could not be made", e);
    }
  }

  /** {@code spiffe://…} of this JVM. */
  public String spiffeId() {
    return material.spiffeId();
  }

  /** See {@link SvidMaterial#generation()}. */
  public long generation() {
    return material.generation();
  }

  /** Trust domain of our own id. */
  public String trustDomain() {
    return trustDomain;
  }

  /** TLS towards endpoints of a cluster; the same object for equal expectations. */
  public MeshPeerTls peer(MeshTls expected) {
    MeshPeerTls known = peers.get(expected);
    if (known == null) {
      MeshPeerTls made = new MeshPeerTls(this, expected);
      MeshPeerTls raced = peers.putIfAbsent(expected, made);
      known = raced == null ? made : raced;
    }
    return known;
  }

  /**
   * A server engine that demands a client certificate.
   *
   * @param trustDomains accepted ones; empty: our own
   */
  public SSLEngine serverEngine(List<String> trustDomains, String... applicationProtocols) {
    SSLEngine engine =
        context(
                new PeerRule(
                    List.of(), trustDomains.isEmpty() ? List.of(trustDomain) : trustDomains))
            .createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    String[] supported = applicationProtocols.clone();
    engine.setHandshakeApplicationProtocolSelector((e, offered) -> Alpn.select(offered, supported));
    return engine;
  }

  PeerRule rule(MeshTls expected) {
    return new PeerRule(expected.sans(), List.of(trustDomain));
  }

  /** Not computeIfAbsent: making a context reads files and would pin a virtual thread. */
  SSLContext context(PeerRule rule) {
    SSLContext known = contexts.get(rule);
    if (known != null) {
      return known;
    }
    SSLContext made;
    try {
      made = SSLContext.getInstance("TLS");
      made.init(keyManagers, new TrustManager[] {new SpiffeTrustManager(chainCheck, rule)}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make a TLS context", e);
    }
    @Nullable SSLContext raced = contexts.putIfAbsent(rule, made);
    return raced == null ? made : raced;
  }

  static String[] protocols() {
    return PROTOCOLS.clone();
  }
}

package dev.weft.client;

import dev.weft.client.ControlClientConfig.Security;
import dev.weft.model.SvidMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** TLS to the control plane: its pinned root, and our SVID once there is one. */
final class ControlTls {
  private ControlTls() {}

  static SSLSocketFactory socketFactory(Security.Tls tls, Supplier<@Nullable SvidMaterial> svid)
      throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    int count = 0;
    for (var root :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(
                    tls.rootsPem().get().getBytes(StandardCharsets.US_ASCII)))) {
      roots.setCertificateEntry("root-" + count++, root);
    }
    if (count == 0) {
      throw new GeneralSecurityException(
          "no root certificate is given for the control plane; point WEFT_CONTROL at its root.pem");
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] keys = tls.useSvid() ? new KeyManager[] {new SvidKeys(svid)} : new KeyManager[0];
    context.init(keys, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  /** Shows the SVID of the moment; none before the first one. */
  private static final class SvidKeys extends X509ExtendedKeyManager {
    private static final String ALIAS = "svid";
    private final Supplier<@Nullable SvidMaterial> svid;

    SvidKeys(Supplier<@Nullable SvidMaterial> svid) {
      this.svid = svid;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return svid.get() == null ? null : ALIAS;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
      SvidMaterial material = svid.get();
      return material == null ? null : material.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
      SvidMaterial material = svid.get();
      return material == null ? null : material.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return svid.get() == null ? null : new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}

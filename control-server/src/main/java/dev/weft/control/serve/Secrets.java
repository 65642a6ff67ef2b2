package dev.weft.control.serve;

import com.google.protobuf.ByteString;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.Pem;
import dev.weft.control.compile.Resource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SDS for Envoys, which cannot make a CSR: {@code default} (key and certificate) and {@code
 * ROOTCA}. Keys are made here, so this is for Envoys on the same machine or on the TLS port.
 * Renewed at half life. Owned by the push loop.
 */
public final class Secrets {
  private final CertificateAuthority authority;
  private final Clock clock;
  private final Map<String, Held> held = new HashMap<>();

  private record Held(Resource resource, Instant renew) {}

  /** Issues by {@code authority}. */
  public Secrets(CertificateAuthority authority, Clock clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /** A secret by name, or null when there is none of that name or no identity to give. */
  @Nullable Resource secret(String namespace, String serviceAccount, String name) {
    if (name.equals("ROOTCA")) {
      return Resource.of(
          name,
          Secret.newBuilder()
              .setName(name)
              .setValidationContext(
                  CertificateValidationContext.newBuilder()
                      .setTrustedCa(inline(Pem.of(authority.root()))))
              .build());
    }
    if (!name.equals("default") || serviceAccount.isEmpty()) {
      return null;
    }
    String identity = namespace + "/" + serviceAccount;
    Held now = held.get(identity);
    if (now == null || !clock.instant().isBefore(now.renew())) {
      now = issue(namespace, serviceAccount);
      held.put(identity, now);
    }
    return now.resource();
  }

  private Held issue(String namespace, String serviceAccount) {
    CertificateAuthority.Held made = authority.issue(namespace, serviceAccount);
    X509Certificate leaf = made.chain().get(0);
    Instant now = clock.instant();
    long life = leaf.getNotAfter().getTime() - now.toEpochMilli();
    Secret secret =
        Secret.newBuilder()
            .setName("default")
            .setTlsCertificate(
                TlsCertificate.newBuilder()
                    .setCertificateChain(inline(Pem.of(made.chain())))
                    .setPrivateKey(inline(Pem.of(made.key()))))
            .build();
    return new Held(Resource.of("default", secret), now.plusMillis(life / 2));
  }

  private static DataSource inline(String pem) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
  }
}

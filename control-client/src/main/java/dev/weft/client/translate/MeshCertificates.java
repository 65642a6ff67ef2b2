package dev.weft.client.translate;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Recognises the mesh identity in a TLS context: SDS secrets {@code default} and {@code ROOTCA}, or
 * their certificate-provider twins in the proxyless shape.
 */
final class MeshCertificates {
  private static final String IDENTITY = "default";
  private static final String ROOTS = "ROOTCA";

  private MeshCertificates() {}

  @SuppressWarnings("deprecation") // istiod still sends the older provider field to gRPC.
  static boolean used(CommonTlsContext common) {
    boolean identity =
        common.getTlsCertificateSdsSecretConfigsList().stream()
                .map(SdsSecretConfig::getName)
                .anyMatch(IDENTITY::equals)
            || common.getTlsCertificateProviderInstance().getCertificateName().equals(IDENTITY)
            || common
                .getTlsCertificateCertificateProviderInstance()
                .getCertificateName()
                .equals(IDENTITY);
    var combined = common.getCombinedValidationContext();
    boolean roots =
        combined.getValidationContextSdsSecretConfig().getName().equals(ROOTS)
            || common.getValidationContextSdsSecretConfig().getName().equals(ROOTS)
            || validation(common)
                .getCaCertificateProviderInstance()
                .getCertificateName()
                .equals(ROOTS)
            || combined
                .getValidationContextCertificateProviderInstance()
                .getCertificateName()
                .equals(ROOTS)
            || common
                .getValidationContextCertificateProviderInstance()
                .getCertificateName()
                .equals(ROOTS);
    return identity && roots;
  }

  static CertificateValidationContext validation(CommonTlsContext common) {
    return common.hasCombinedValidationContext()
        ? common.getCombinedValidationContext().getDefaultValidationContext()
        : common.getValidationContext();
  }

  @SuppressWarnings("deprecation") // istiod sends the older, untyped list.
  static List<StringMatcher> sanMatchers(CertificateValidationContext validation)
      throws TranslationException {
    List<StringMatcher> matchers = new ArrayList<>(validation.getMatchSubjectAltNamesList());
    for (SubjectAltNameMatcher typed : validation.getMatchTypedSubjectAltNamesList()) {
      if (typed.getSanType() != SubjectAltNameMatcher.SanType.URI) {
        throw new TranslationException(
            "match_typed_subject_alt_names has the type "
                + typed.getSanType()
                + "; mesh identities are URIs");
      }
      matchers.add(typed.getMatcher());
    }
    return matchers;
  }
}

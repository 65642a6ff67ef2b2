package dev.weft.engine.tls;

import java.security.cert.CertificateException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which SPIFFE identities a peer may show.
 *
 * @param ids exact ids; empty: any id of {@code trustDomains}
 * @param trustDomains used when {@code ids} is empty
 */
record PeerRule(List<String> ids, List<String> trustDomains) {
  PeerRule {
    ids = List.copyOf(ids);
    trustDomains = List.copyOf(trustDomains);
  }

  /**
   * @param id what the peer's certificate says, or null
   * @throws CertificateException naming what was expected and what was presented
   */
  void check(@Nullable String id) throws CertificateException {
    boolean accepted =
        id != null
            && (ids.isEmpty()
                ? trustDomains.contains(SpiffeIds.trustDomain(id))
                : ids.contains(id));
    if (!accepted) {
      throw new CertificateException(
          "The peer presented "
              + (id == null ? "no SPIFFE identity" : id)
              + ", expected "
              + (ids.isEmpty() ? "an identity of trust domain " + trustDomains : "one of " + ids)
              + ". The connection is refused; check the destination's service account or its"
              + " subjectAltNames.");
    }
  }
}

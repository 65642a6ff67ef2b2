package dev.weft.control.ca;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names workloads in a trust domain as Istio does: {@code spiffe://TRUST_DOMAIN/ns/NS/sa/SA}.
 *
 * <p>Source: SPIFFE-ID; X509-SVID section 2 (exactly one URI SAN).
 */
public record SpiffeIds(String trustDomain) {
  private static final Pattern ID =
      Pattern.compile("spiffe://([a-z0-9._-]+)/ns/([a-z0-9.-]+)/sa/([A-Za-z0-9._-]+)");
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
  private static final Pattern ACCOUNT =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final int URI_SAN = 6;

  /** The parts of an identity below the trust domain. */
  public record Identity(String namespace, String serviceAccount) {}

  /**
   * The identity's URI.
   *
   * @throws IllegalArgumentException when a part could break out of its place in the path
   */
  public String uri(String namespace, String serviceAccount) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "Namespace '" + namespace + "' is not a DNS name; no identity can be made of it.");
    }
    if (!ACCOUNT.matcher(serviceAccount).matches()) {
      throw new IllegalArgumentException(
          "Service account '"
              + serviceAccount
              + "' has other characters than letters, digits, '.', '_', '-'.");
    }
    return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
  }

  /**
   * The identity that a certificate, already verified against the root, stands for.
   *
   * @throws IllegalArgumentException when it has none of this trust domain
   */
  public Identity of(X509Certificate certificate) {
    String uri = uriSan(certificate);
    Matcher matcher = ID.matcher(uri == null ? "" : uri);
    if (!matcher.matches() || !matcher.group(1).equals(trustDomain)) {
      throw new IllegalArgumentException(
          "Client certificate names "
              + (uri == null ? "no single URI" : uri)
              + ", not a workload of trust domain "
              + trustDomain
              + ".");
    }
    return new Identity(matcher.group(2), matcher.group(3));
  }

  private static @Nullable String uriSan(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return null;
      }
      String found = null;
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer kind && kind == URI_SAN) {
          if (found != null) {
            return null;
          }
          found = String.valueOf(name.get(1));
        }
      }
      return found;
    } catch (CertificateParsingException e) {
      return null;
    }
  }
}

package dev.weft.model;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * This JVM's identity and whom it trusts. Held in memory only.
 *
 * @param spiffeId {@code spiffe://TRUST_DOMAIN/ns/NS/sa/SA}
 * @param chain leaf first, root left out
 * @param roots trust bundle
 * @param generation grows with every rotation; sessions of an older one are not resumed
 */
public record SvidMaterial(
    String spiffeId,
    PrivateKey key,
    List<X509Certificate> chain,
    List<X509Certificate> roots,
    long generation) {
  public SvidMaterial {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
  }

  /** Keys do not belong in logs. */
  @Override
  public String toString() {
    return "SvidMaterial[" + spiffeId + ", generation " + generation + "]";
  }
}

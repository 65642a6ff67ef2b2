package dev.weft.bootstrap;

import java.net.IDN;

/**
 * TLS server names as Istio writes them for a subset's port: {@code
 * outbound_.80_.v1_.catalog.default.svc.cluster.local}. The underscores keep them out of RFC 1123,
 * so the JDK aborts the handshake with "Illegal server name".
 */
public final class IstioServerName {
  private static final String OUTBOUND = "outbound_.";

  private IstioServerName() {}

  /**
   * What the JDK's {@code SNIHostName(byte[])} calls instead of {@link IDN#toASCII(String, int)}:
   * the same, except that Istio's names pass as they are.
   *
   * @throws IllegalArgumentException the name is neither a host name nor one of Istio's
   */
  public static String toAscii(String name, int flags) {
    return name.startsWith(OUTBOUND) && isIstio(name) ? name : IDN.toASCII(name, flags);
  }

  /** {@code outbound_.PORT_.SUBSET_.HOST}, the subset possibly empty. */
  private static boolean isIstio(String name) {
    int port = name.indexOf("_.", OUTBOUND.length());
    int subset = port < 0 ? -1 : name.indexOf("_.", port + 2);
    if (subset < 0 || port == OUTBOUND.length() || name.length() > 512) {
      return false;
    }
    for (int i = OUTBOUND.length(); i < port; i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    for (int i = port; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean legal =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_';
      if (!legal) {
        return false;
      }
    }
    return !name.endsWith(".") && name.length() > subset + 2;
  }
}

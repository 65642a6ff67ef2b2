package dev.weft.engine.lb;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** IP literals, without ever asking a name server. */
public final class Addresses {
  private Addresses() {}

  /** Whether {@code text} is an IPv4 or IPv6 literal. */
  public static boolean isLiteral(String text) {
    if (text.indexOf(':') >= 0) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * The address with its own text as host name: a library that asks for the name gets that instead
   * of a reverse look-up.
   *
   * @throws IllegalArgumentException not a well-formed literal
   */
  public static InetAddress literal(String text) {
    try {
      // The JDK would ask a name server for something like 999.1.1.1.
      byte[] bytes = text.indexOf(':') < 0 ? ipv4(text) : InetAddress.getByName(text).getAddress();
      return InetAddress.getByAddress(text, bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address " + text + " is not an IP literal", e);
    }
  }

  private static byte[] ipv4(String text) throws UnknownHostException {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int value =
          parts.length == 4 && parts[i].matches("\\d{1,3}") ? Integer.parseInt(parts[i]) : 256;
      if (value > 255) {
        throw new UnknownHostException(text);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}

package dev.weft.smoke.app;

import java.nio.charset.StandardCharsets;
import javax.net.ssl.SNIHostName;

/** Makes the server name that Istio sends and that the JDK refuses unless it is woven. */
public final class IstioServerName {
  private IstioServerName() {}

  public static void main(String[] arguments) {
    try {
      SNIHostName name =
          new SNIHostName("outbound_.80_.v1_.host".getBytes(StandardCharsets.US_ASCII));
      System.out.println("woven: " + name.getAsciiName());
    } catch (IllegalArgumentException refused) {
      System.out.println("not woven");
    }
  }
}

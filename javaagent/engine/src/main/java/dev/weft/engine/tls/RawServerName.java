package dev.weft.engine.tls;

import java.nio.charset.StandardCharsets;
import javax.net.ssl.SNIServerName;

/**
 * A server name of type host_name that is sent as it is. {@code SNIHostName} refuses Istio's {@code
 * outbound_.80_.v1_.host}: its underscores are no host name.
 */
final class RawServerName extends SNIServerName {
  private static final int HOST_NAME = 0;

  RawServerName(String name) {
    super(HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
  }
}

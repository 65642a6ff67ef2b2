package dev.weft.instrumentation.grpc;

import io.grpc.Attributes;
import javax.net.ssl.SSLSession;

/** What our negotiation leaves in a server transport's attributes. */
public final class ServerPeer {
  /** Session of the mesh TLS; absent for plaintext. The application does not know this key. */
  public static final Attributes.Key<SSLSession> SESSION =
      Attributes.Key.create("dev.weft.peer-session");

  private ServerPeer() {}
}

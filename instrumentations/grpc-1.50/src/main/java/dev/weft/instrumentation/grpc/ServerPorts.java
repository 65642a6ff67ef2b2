package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Mesh;
import io.grpc.internal.InternalServer;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Ports of gRPC servers on a Netty transport; those with TLS of their own are not ours. */
public final class ServerPorts {
  private ServerPorts() {}

  /** The server listens. */
  public static void started(InternalServer server) {
    if (!plaintext(server)) {
      return;
    }
    for (SocketAddress address : server.getListenSocketAddresses()) {
      if (address instanceof InetSocketAddress inet && inet.getPort() > 0) {
        Mesh.listening(inet.getPort(), "grpc", true);
      }
    }
  }

  /** The server is about to close its ports. */
  public static void stopping(InternalServer server) {
    for (SocketAddress address : server.getListenSocketAddresses()) {
      if (address instanceof InetSocketAddress inet && inet.getPort() > 0) {
        Mesh.stoppedListening(inet.getPort());
      }
    }
  }

  /**
   * The one private field that we read: nothing public tells a server's negotiator. When it cannot
   * be read the port counts as plaintext, which is what it is unless the application set TLS.
   */
  private static boolean plaintext(InternalServer server) {
    try {
      Field field = server.getClass().getDeclaredField("protocolNegotiator");
      field.setAccessible(true);
      Object negotiator = field.get(server);
      return negotiator == null
          || negotiator.getClass().getSimpleName().equals("PlaintextProtocolNegotiator");
    } catch (ReflectiveOperationException | RuntimeException e) {
      Mesh.internalError("grpc.server-port", e);
      return true;
    }
  }
}

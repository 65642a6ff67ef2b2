package dev.weft.instrumentation.grpc.okhttp;

import dev.weft.bootstrap.PeerTls;
import dev.weft.instrumentation.grpc.PeerTicket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;

/**
 * Sockets to one mesh endpoint, with mTLS completed. The transport connects on an executor thread
 * of its own, where it may block, and believes that it has a plain socket.
 */
public final class PeerSocketFactory extends SocketFactory {
  private final SocketFactory application;
  private final PeerTicket ticket;

  PeerSocketFactory(SocketFactory application, PeerTicket ticket) {
    this.application = application;
    this.ticket = ticket;
  }

  private Socket secure(Socket connected) throws IOException {
    ticket.honour();
    try {
      return Objects.requireNonNull(ticket.tls()).wrap(connected, PeerTls.HTTP_2);
    } catch (IOException refused) {
      ticket.failed(refused);
      throw refused;
    }
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return secure(application.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return secure(application.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return secure(application.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return secure(application.createSocket(address, port, localAddress, localPort));
  }
}

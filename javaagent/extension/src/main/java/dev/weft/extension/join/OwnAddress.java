package dev.weft.extension.join;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/** The address under which peers reach this JVM. */
final class OwnAddress {
  private OwnAddress() {}

  /**
   * The declared address, else the one from which this host reaches the control server: the
   * kernel's routing knows it best, and no packet is sent to ask it.
   */
  static InetAddress find(String declared, String controlHost, int controlPort)
      throws UnknownHostException {
    if (!declared.isEmpty()) {
      return InetAddress.getByName(declared);
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(controlHost), controlPort));
      return socket.getLocalAddress();
    } catch (SocketException | UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}

package dev.weft.demo.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/** Free ports of the loopback addresses, each handed out once. */
public final class Ports {
  private static final Set<Integer> TAKEN = new HashSet<>();

  private Ports() {}

  /** Returns a port that was free just now. */
  public static synchronized int free() throws IOException {
    for (; ; ) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[4]))) {
        if (TAKEN.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }

  /** Whether somebody accepts connections. */
  public static boolean open(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.weft.extension.probe;

import dev.weft.extension.Log;
import dev.weft.extension.Notices.OpenPort;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out of this JVM's own ports whether they are open, and whether they take mTLS. Used by one
 * thread.
 */
public final class PortProbe {
  private static final int CONNECT_MILLIS = 300;

  /** After this many failed handshakes a person is told why the port stays plaintext. */
  private static final int TELL_AFTER = 8;

  private final InetAddress address;
  private final Map<Integer, Integer> failures = new HashMap<>();

  /**
   * Makes a probe.
   *
   * @param address under which peers reach this JVM; loopback is tried when it does not answer
   */
  public PortProbe(InetAddress address) {
    this.address = address;
  }

  /** Whether somebody accepts connections at {@code port}. */
  public boolean accepts(int port) {
    return reachableAt(port) != null;
  }

  /** Whether the port has taken a mesh handshake; a failure is told once it lasts. */
  public boolean takesMutualTls(OpenPort port, SvidMaterial identity) {
    InetAddress at = reachableAt(port.port());
    if (at == null) {
      return false;
    }
    try {
      TlsProof.shakeHands(at, port.port(), !port.protocol().equals("http"), identity);
      failures.remove(port.port());
      return true;
    } catch (IOException | GeneralSecurityException e) {
      if (failures.merge(port.port(), 1, Integer::sum) == TELL_AFTER) {
        Log.warn(
            "Port "
                + port.port()
                + " has not taken a handshake of ours ("
                + e
                + "); peers reach it in plaintext. Harmless if its policy says DISABLE.");
      }
      return false;
    }
  }

  private @Nullable InetAddress reachableAt(int port) {
    if (connects(address, port)) {
      return address;
    }
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return connects(loopback, port) ? loopback : null;
  }

  private static boolean connects(InetAddress at, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(at, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

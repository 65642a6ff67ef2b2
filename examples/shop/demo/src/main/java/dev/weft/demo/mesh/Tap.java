package dev.weft.demo.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who listens on the wire: a TCP relay that passes bytes on unchanged, counts them and
 * looks for a text in them.
 */
public final class Tap implements AutoCloseable {
  private final ServerSocket server;
  private final InetSocketAddress target;
  private final byte[] marker;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong seen = new AtomicLong();

  private Tap(ServerSocket server, InetSocketAddress target, String marker) {
    this.server = server;
    this.target = target;
    this.marker = marker.getBytes(StandardCharsets.US_ASCII);
  }

  /** Listens at {@code address} and passes on to {@code target}. */
  public static Tap open(InetSocketAddress address, InetSocketAddress target, String marker)
      throws IOException {
    Tap tap =
        new Tap(new ServerSocket(address.getPort(), 256, address.getAddress()), target, marker);
    daemon(tap::accept);
    return tap;
  }

  /** An address of this machine beside 127.0.0.1, where the tap can take the same port. */
  public static InetAddress ownAddress() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
  }

  /** Bytes passed on so far, both ways. */
  public long bytes() {
    return bytes.get();
  }

  /** How often the text has been seen so far. */
  public long seen() {
    return seen.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        daemon(() -> connect(client));
      }
    } catch (IOException e) {
      // Closed: nobody is to be let in any more.
    }
  }

  private void connect(Socket client) {
    try {
      Socket service = new Socket();
      service.connect(target, 2_000);
      client.setTcpNoDelay(true);
      service.setTcpNoDelay(true);
      daemon(() -> relay(client, service));
      relay(service, client);
    } catch (IOException e) {
      close(client);
    }
  }

  private void relay(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    int matched = 0;
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        matched = look(buffer, n, matched);
        bytes.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One side has gone; so goes the other.
    }
    close(from);
    close(to);
  }

  /** Finds the text also where it lies across two reads; its first byte occurs in it only once. */
  private int look(byte[] buffer, int length, int matched) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == marker[matched]) {
        matched++;
      } else {
        matched = buffer[i] == marker[0] ? 1 : 0;
      }
      if (matched == marker.length) {
        seen.incrementAndGet();
        matched = 0;
      }
    }
    return matched;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tap");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

package dev.weft.instrumentation.javahttp;

import dev.weft.instrumentation.testing.TestCa;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Takes mTLS with ALPN {@code h2} and passes the bytes on in plaintext, as a sidecar does: a server
 * behind it sees HTTP/2 with the scheme http, which it would refuse on TLS of its own.
 */
final class TlsRelay implements AutoCloseable {
  final AtomicInteger handshakes = new AtomicInteger();
  private final SSLServerSocket server;
  private final int target;

  TlsRelay(SvidMaterial identity, int target) throws IOException {
    this.target = target;
    server =
        (SSLServerSocket)
            TestCa.context(identity)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    SSLParameters parameters = server.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    server.setSSLParameters(parameters);
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      for (; ; ) {
        SSLSocket client = (SSLSocket) server.accept();
        start(() -> relay(client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void relay(SSLSocket client) {
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target)) {
      client.startHandshake();
      handshakes.incrementAndGet();
      start(() -> pump(behind, client));
      pump(client, behind);
    } catch (IOException closed) {
      // Either side hung up.
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n; (n = in.read(buffer)) > 0; ) {
        out.write(buffer, 0, n);
      }
      to.close();
    } catch (IOException closed) {
      // Either side hung up.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "tls-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

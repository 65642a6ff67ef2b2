package dev.weft.extension.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.extension.Notices.OpenPort;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PortProbeTest {
  private static final String CATALOG = "spiffe://cluster.local/ns/default/sa/catalog";
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final TestCa ca = new TestCa("mesh");
  private final SvidMaterial own = ca.issue(CATALOG);
  private final PortProbe probe = new PortProbe(LOOPBACK);
  private final BlockingQueue<String> protocols = new LinkedBlockingQueue<>();
  private ServerSocket server;

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private OpenPort serving(SvidMaterial identity, String protocol) throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket)
            TestCa.context(identity).getServerSocketFactory().createServerSocket(0, 5, LOOPBACK);
    socket.setNeedClientAuth(true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"istio-h2", "istio-http/1.1"});
    socket.setSSLParameters(parameters);
    server = socket;
    accepting(
        peer -> {
          ((SSLSocket) peer).startHandshake();
          protocols.add(((SSLSocket) peer).getApplicationProtocol());
        });
    return new OpenPort(socket.getLocalPort(), protocol, true);
  }

  private interface Peer {
    void with(Socket peer) throws IOException;
  }

  private void accepting(Peer each) {
    ServerSocket listening = server;
    Thread thread =
        new Thread(
            () -> {
              while (!listening.isClosed()) {
                try (Socket peer = listening.accept()) {
                  each.with(peer);
                  peer.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The peer has seen enough.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void aPortWithOurIdentityIsProven() throws Exception {
    assertThat(probe.takesMutualTls(serving(own, "http"), own)).isTrue();
    assertThat(protocols.take()).isEqualTo("istio-http/1.1");
  }

  @Test
  void aGrpcPortIsProvenWithHttp2() throws Exception {
    assertThat(probe.takesMutualTls(serving(own, "grpc"), own)).isTrue();
    assertThat(protocols.take()).isEqualTo("istio-h2");
  }

  @Test
  void aPortWithAnotherIdentityIsNot() throws Exception {
    OpenPort port = serving(ca.issue("spiffe://cluster.local/ns/default/sa/other"), "http");
    assertThat(probe.takesMutualTls(port, own)).isFalse();
    assertThatThrownBy(() -> TlsProof.shakeHands(LOOPBACK, port.port(), false, own))
        .hasMessageContaining("not with our identity " + CATALOG);
  }

  @Test
  void aPortOfAnotherAuthorityIsNot() throws Exception {
    assertThat(probe.takesMutualTls(serving(new TestCa("other").issue(CATALOG), "http"), own))
        .isFalse();
  }

  @Test
  void aPlaintextPortAcceptsButIsNotProven() throws Exception {
    server = new ServerSocket(0, 5, LOOPBACK);
    accepting(
        peer ->
            peer.getOutputStream().write("HTTP/1.1 400 \r\n\r\n".getBytes(StandardCharsets.UTF_8)));
    OpenPort port = new OpenPort(server.getLocalPort(), "http", true);
    assertThat(probe.accepts(port.port())).isTrue();
    assertThat(probe.takesMutualTls(port, own)).isFalse();
  }

  @Test
  void aClosedPortNeitherAcceptsNorIsProven() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      server = socket;
    }
    int port = server.getLocalPort();
    assertThat(probe.accepts(port)).isFalse();
    assertThat(probe.takesMutualTls(new OpenPort(port, "http", true), own)).isFalse();
  }

  @Test
  void aServerOnLoopbackOnlyIsFoundWhenOurAddressDoesNotAnswer() throws Exception {
    OpenPort port = serving(own, "http");
    assertThat(new PortProbe(InetAddress.getByName("127.0.0.2")).takesMutualTls(port, own))
        .isTrue();
  }
}

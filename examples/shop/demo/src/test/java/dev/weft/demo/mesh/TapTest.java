package dev.weft.demo.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TapTest {
  @Test
  void findsAMarkerThatArrivesInPiecesAndPassesEveryByteOn() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket service = new ServerSocket(0, 5, here);
        ServerSocket free = new ServerSocket(0, 5, here)) {
      int port = free.getLocalPort();
      free.close();
      try (Tap tap =
              Tap.open(
                  new InetSocketAddress(here, port),
                  new InetSocketAddress(here, service.getLocalPort()),
                  "Xmark");
          Socket client = new Socket(here, port);
          Socket peer = service.accept()) {
        send(client, "some XXm");
        assertThat(new String(peer.getInputStream().readNBytes(8), StandardCharsets.US_ASCII))
            .isEqualTo("some XXm");
        assertThat(tap.seen()).isZero();
        send(client, "ark and Xmar");
        assertThat(peer.getInputStream().readNBytes(12)).hasSize(12);
        await().untilAsserted(() -> assertThat(tap.seen()).isEqualTo(1));
        assertThat(tap.bytes()).isEqualTo(20);
      }
    }
  }

  private static void send(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }
}

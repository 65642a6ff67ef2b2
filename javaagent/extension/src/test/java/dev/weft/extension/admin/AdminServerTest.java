package dev.weft.extension.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.extension.admin.AdminServer.Answer;
import dev.weft.extension.admin.AdminServer.Page;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private static final Map<String, Page> PAGES =
      Map.of(
          "/echo", (method, query) -> Answer.text(method + " " + query + " ü"),
          "/picky",
              (method, query) -> {
                throw new IllegalArgumentException("no such thing");
              },
          "/broken",
              (method, query) -> {
                throw new IllegalStateException("broken");
              });

  private AdminServer server;

  @BeforeEach
  void start() throws IOException {
    server = AdminServer.start(null, 0, PAGES);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + server.address() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aPageGetsMethodAndQueryAndAnswersInUtf8() throws Exception {
    HttpResponse<String> answer = get("/echo?a=1");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("GET a=1 ü");
  }

  @Test
  void anUnknownPageNamesThoseThereAre() throws Exception {
    HttpResponse<String> answer = get("/nowhere");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("No page /nowhere").contains("/echo");
  }

  @Test
  void aPageThatFailsDoesNotEndTheEndpoint() throws Exception {
    assertThat(get("/broken").statusCode()).isEqualTo(500);
    assertThat(get("/picky").statusCode()).isEqualTo(400);
    assertThat(get("/echo").statusCode()).isEqualTo(200);
  }

  @Test
  void itListensOnLoopbackOnlyUnlessTold() {
    assertThat(server.address()).isEqualTo("127.0.0.1:" + server.port());
  }

  @Test
  void aTakenPortMakesItTryTheNextOnes() throws Exception {
    try (AdminServer second = AdminServer.start(null, server.port(), PAGES)) {
      assertThat(second.port()).isBetween(server.port() + 1, server.port() + 200);
    }
  }

  @Test
  void atTheLastPortThereIsNoNextOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(65_535, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> AdminServer.start(null, taken.getLocalPort(), PAGES))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void aRequestWithoutEndIsCutOffAndTheNextOneIsServed() throws Exception {
    try (Socket endless = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = endless.getOutputStream();
      byte[] much = "x".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
      try {
        for (int i = 0; i < 200; i++) {
          out.write(much);
        }
        assertThat(endless.getInputStream().read()).isEqualTo(-1);
      } catch (IOException reset) {
        assertThat(reset).isInstanceOf(java.net.SocketException.class);
      }
    }
    assertThat(get("/echo").statusCode()).isEqualTo(200);
  }
}

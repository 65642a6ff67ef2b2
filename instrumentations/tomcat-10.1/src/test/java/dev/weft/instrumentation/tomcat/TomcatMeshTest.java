package dev.weft.instrumentation.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.InboundPort.Mode;
import dev.weft.bootstrap.Mesh;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.loader.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomcatMeshTest {
  private static final TestCa CA = new TestCa("mesh");
  private static final String CLIENT = "spiffe://cluster.local/ns/default/sa/storefront";

  @TempDir Path folder;
  private ScriptedMesh mesh;
  private TomcatServer server;

  @BeforeAll
  static void weave() {
    Weaver.install(ByteBuddyAgent.install(), List.of(new TomcatInstrumentationModule()));
  }

  @BeforeEach
  void start() throws Exception {
    mesh = ScriptedMesh.start();
    mesh.identity = CA.issue("spiffe://cluster.local/ns/default/sa/catalog");
    server = new TomcatServer(folder, true);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    mesh.close();
    assertThat(mesh.internalErrors).isEmpty();
  }

  @Test
  void anOpenPortIsToldToTheEngineAndToOneInstalledLater() throws Exception {
    assertThat(mesh.listening).containsEntry(server.port(), "http mTLS");

    try (ScriptedMesh later = ScriptedMesh.start()) {
      assertThat(later.listening).containsEntry(server.port(), "http mTLS");
      int port = server.port();
      server.close();
      assertThat(later.listening).doesNotContainKey(port);
    }
  }

  @Test
  void plaintextIsJudgedAndServed() throws Exception {
    String answer = plain("GET /caf%C3%A9?q=1 HTTP/1.1\r\nHost: catalog\r\nX-Forged: a\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .contains("http secure=false")
        .contains("path=/café forged=null mesh=yes scope=true");
    assertThat(mesh.requests).containsExactly("GET /caf%C3%A9?q=1 catalog from plaintext");
    await().untilAsserted(() -> assertThat(mesh.ended).containsExactly(200));
  }

  @Test
  void meshTlsIsTakenOnTheSamePortAndTheAppSeesHttp() throws Exception {
    try (SSLSocket socket = tls("istio-http/1.1", "istio", "http/1.1")) {
      assertThat(exchange(socket, get("/a")))
          .contains("http secure=false certificate=false cipher=null protocol=HTTP/1.1");
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      assertThat(exchange(socket, get("/b"))).contains("path=/b");
    }

    assertThat(mesh.engines).hasValue(1);
    assertThat(mesh.requests)
        .containsExactly("GET /a catalog from " + CLIENT, "GET /b catalog from " + CLIENT);
  }

  @Test
  void aConnectionTakenFromTomcatsPoolStartsAfresh() throws Exception {
    for (int round = 0; round < 6; round++) {
      try (SSLSocket socket = tls("istio")) {
        assertThat(exchange(socket, get("/tls"))).contains("path=/tls");
      }
      assertThat(plain(get("/plain"))).contains("path=/plain");
    }
    assertThat(mesh.engines).hasValue(6);
  }

  @Test
  void bigBodiesPassBothWaysThroughTls() throws Exception {
    byte[] body = new byte[2_000_000];
    new Random(1).nextBytes(body);
    try (SSLSocket socket = tls("istio")) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  socket
                      .getOutputStream()
                      .write(
                          ("POST /echo HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n"
                                  + "Content-Length: "
                                  + body.length
                                  + "\r\n\r\n")
                              .getBytes(UTF_8));
                  socket.getOutputStream().write(body);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      writer.start();
      InputStream in = socket.getInputStream();
      readHead(in);
      byte[] got = dechunk(in.readAllBytes());
      writer.join();
      assertThat(got).isEqualTo(body);
    }
  }

  @Test
  void sendfileDoesNotBypassTls() throws Exception {
    byte[] content = new byte[300_000];
    new Random(2).nextBytes(content);
    Files.createDirectories(folder.resolve("files"));
    Files.write(folder.resolve("files/big.bin"), content);
    try (SSLSocket socket = tls("istio")) {
      socket
          .getOutputStream()
          .write(head("GET /files/big.bin HTTP/1.1\r\nHost: c\r\nConnection: close\r\n"));
      InputStream in = socket.getInputStream();
      String head = readHead(in);
      if (head.startsWith("HTTP/1.1 404")) {
        throw new AssertionError(head);
      }
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(head("GET /files/big.bin HTTP/1.1\r\nHost: c\r\nConnection: close\r\n"));
      readHead(socket.getInputStream());
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void firstBytesMayArriveOneByOne() throws Exception {
    try (Socket socket = connect()) {
      for (byte each : head(get("/slow"))) {
        socket.getOutputStream().write(each);
        socket.getOutputStream().flush();
      }
      assertThat(readResponse(socket.getInputStream())).contains("path=/slow");
    }
    try (Dribble socket = new Dribble(server.port());
        SSLSocket tls = handshake(socket, "istio")) {
      assertThat(exchange(tls, get("/slow-tls"))).contains("path=/slow-tls");
    }
  }

  @Test
  void h2cWithPriorKnowledgeStillWorks() throws Exception {
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/h2"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.body()).contains("protocol=HTTP/2.0").contains("mesh=yes");

    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1));
      byte[] settings = socket.getInputStream().readNBytes(9);
      assertThat(settings[3]).as("a SETTINGS frame").isEqualTo((byte) 4);
    }
  }

  @Test
  void h2OverMeshTlsIsNegotiatedWhenTheConnectorSpeaksIt() throws Exception {
    try (SSLSocket socket = tls("istio-h2", "istio", "h2")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1));
      assertThat(socket.getInputStream().readNBytes(9)[3]).isEqualTo((byte) 4);
    }
  }

  @Test
  void silentClientsHoldNoThreadAndTimeOut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = connect();
        if (i % 2 == 0) {
          socket.getOutputStream().write(new byte[] {22, 3, 1});
        }
        silent.add(socket);
      }
      // Four worker threads, twenty silent connections.
      assertThat(plain(get("/busy"))).contains("path=/busy");
      for (Socket socket : silent) {
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void connectionsThatLeaveAtOnceDoNoHarm() throws Exception {
    for (int i = 0; i < 10; i++) {
      connect().close();
      Socket half = connect();
      half.getOutputStream().write(22);
      half.shutdownOutput();
      half.close();
    }
    assertThat(plain(get("/after"))).contains("path=/after");
    assertThat(mesh.refused).isEmpty();
  }

  @Test
  void aHalfClosedClientIsStillAnswered() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head(get("/half")));
      socket.shutdownOutput();
      assertThat(readResponse(socket.getInputStream())).contains("path=/half");
    }
  }

  @Test
  void garbageAndForeignTlsAreTomcatsOwnBusinessWhenPermissive() throws Exception {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write("\u0016\u0003\u0001\u0000\u0005garbage\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 400");
    }
    assertThatThrownBy(() -> tls("http/1.1").close()).isInstanceOf(SSLException.class);
    assertThat(mesh.engines).hasValue(0);
    assertThat(mesh.refused).isEmpty();
  }

  @Test
  void strictRefusesPlaintextAndForeignTlsAndTakesMeshPeers() throws Exception {
    mesh.mode = Mode.STRICT;

    assertThat(closedAfter(get("/"))).isEmpty();
    assertThatThrownBy(() -> tls("http/1.1").close()).isInstanceOf(IOException.class);
    assertThat(mesh.refused).hasSize(2);
    try (SSLSocket socket = tls("istio")) {
      assertThat(exchange(socket, get("/strict"))).contains("path=/strict");
    }
  }

  @Test
  void closedTakesNobody() throws Exception {
    mesh.mode = Mode.CLOSED;

    assertThat(closedAfter(get("/"))).isEmpty();
    assertThatThrownBy(() -> tls("istio").close()).isInstanceOf(IOException.class);
    assertThat(mesh.requests).isEmpty();
    assertThat(mesh.refused).hasSize(2);
  }

  @Test
  void disableLeavesTheConnectionAlone() throws Exception {
    mesh.mode = Mode.DISABLE;

    assertThat(plain(get("/off"))).contains("path=/off");
    assertThatThrownBy(() -> tls("istio").close()).isInstanceOf(IOException.class);
    assertThat(mesh.engines).hasValue(0);
  }

  @Test
  void withoutAnEngineTheServerIsAsItWas() throws Exception {
    Mesh.install(null);

    assertThat(plain(get("/none") + "X-Forged: a\r\n")).contains("forged=a mesh=null scope=false");
  }

  @Test
  void withoutAnIdentityMeshTlsIsRefusedAndPlaintextServed() throws Exception {
    mesh.identity = null;

    assertThatThrownBy(() -> tls("istio").close()).isInstanceOf(IOException.class);
    assertThat(mesh.refused).containsExactly("no certificate yet to answer mesh mTLS with");
    assertThat(plain(get("/plain"))).contains("path=/plain");
  }

  @Test
  void aPeerOfAForeignAuthorityIsRefusedAndCounted() throws Exception {
    TestCa foreign = new TestCa("foreign");
    assertThatThrownBy(
            () -> {
              try (SSLSocket socket = handshake(connect(), foreign.issue(CLIENT), CA, "istio")) {
                exchange(socket, get("/"));
              }
            })
        .isInstanceOf(IOException.class);

    await().untilAsserted(() -> assertThat(mesh.refused).hasSize(1));
    assertThat(mesh.requests).isEmpty();
  }

  @Test
  void aRefusalIsAnsweredWithoutTheApp() throws Exception {
    mesh.refuseWith = 403;
    String answer = plain(get("/secret"));

    assertThat(answer)
        .startsWith("HTTP/1.1 403")
        .contains("x-refused-by: mesh")
        .endsWith("RBAC: access denied");
    await().untilAsserted(() -> assertThat(mesh.ended).containsExactly(403));
  }

  @Test
  void aRefusedConnectionIsKeptForTheNextRequest() throws Exception {
    mesh.refuseWith = 403;
    try (Socket socket = connect()) {
      assertThat(exchange(socket, get("/secret"))).startsWith("HTTP/1.1 403");
      mesh.refuseWith = 0;
      assertThat(exchange(socket, get("/open"))).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aFailureOfOurOwnServesOnAndIsCountedUnlessThePortIsStrict() throws Exception {
    mesh.broken = true;
    assertThat(plain(get("/open"))).startsWith("HTTP/1.1 200");
    mesh.mode = Mode.STRICT;
    try (SSLSocket socket = tls("istio")) {
      socket.getOutputStream().write(head(get("/closed")));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).doesNotContain("200");
    } catch (SSLException closed) {
      assertThat(closed).isNotNull();
    }
    assertThat(mesh.internalErrors).hasSize(2);
    mesh.internalErrors.clear();
  }

  @Test
  void anAsynchronousRequestEndsWhenItCompletes() throws Exception {
    assertThat(plain(get("/async"))).startsWith("HTTP/1.1 202").contains("async");
    await().untilAsserted(() -> assertThat(mesh.ended).containsExactly(202));
  }

  @Test
  void anErrorOfTheAppIsRecordedAsItsStatus() throws Exception {
    assertThat(plain(get("/fail"))).startsWith("HTTP/1.1 500");
    await().untilAsserted(() -> assertThat(mesh.ended).containsExactly(500));
  }

  @Test
  void anInjectedDelayHoldsTheRequestBack() throws Exception {
    mesh.delayNanos = Duration.ofMillis(150).toNanos();
    long start = System.nanoTime();
    assertThat(plain(get("/late"))).startsWith("HTTP/1.1 200");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(mesh.delayNanos);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: catalog\r\n";
  }

  private static byte[] head(String lines) {
    return (lines + "\r\n").getBytes(UTF_8);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private SSLSocket tls(String... alpn) throws IOException {
    return handshake(connect(), alpn);
  }

  private static SSLSocket handshake(Socket socket, String... alpn) throws IOException {
    return handshake(socket, CA.issue(CLIENT), null, alpn);
  }

  private static SSLSocket handshake(
      Socket socket, dev.weft.model.SvidMaterial own, TestCa trusted, String... alpn)
      throws IOException {
    dev.weft.model.SvidMaterial shown =
        trusted == null
            ? own
            : new dev.weft.model.SvidMaterial(
                own.spiffeId(), own.key(), own.chain(), List.of(trusted.root()), 1);
    SSLSocket tls =
        (SSLSocket)
            TestCa.context(shown).getSocketFactory().createSocket(socket, "catalog", 80, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(alpn);
    tls.setSSLParameters(parameters);
    tls.setUseClientMode(true);
    tls.startHandshake();
    return tls;
  }

  private static String exchange(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(head(request));
    return readResponse(socket.getInputStream());
  }

  private String plain(String request) throws IOException {
    try (Socket socket = connect()) {
      return exchange(socket, request);
    }
  }

  /** What came back before the server closed the connection. */
  private String closedAfter(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head(request));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (java.net.SocketException reset) {
      return "";
    }
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("connection closed after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String readResponse(InputStream in) throws IOException {
    String head = readHead(in);
    String lower = head.toLowerCase(java.util.Locale.ROOT);
    int length = lower.indexOf("content-length: ");
    if (length >= 0) {
      String value = lower.substring(length + 16, lower.indexOf("\r\n", length));
      return head + new String(in.readNBytes(Integer.parseInt(value.trim())), UTF_8);
    }
    StringBuilder body = new StringBuilder();
    while (!body.toString().endsWith("0\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      body.append((char) next);
    }
    return head + body;
  }

  private static byte[] dechunk(byte[] body) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    int at = 0;
    while (at < body.length) {
      int end = at;
      while (body[end] != '\r') {
        end++;
      }
      int size = Integer.parseInt(new String(body, at, end - at, UTF_8), 16);
      out.write(body, end + 2, size);
      at = end + 2 + size + 2;
    }
    return out.toByteArray();
  }

  /** Sends every byte of the handshake on its own. */
  private static final class Dribble extends Socket {
    Dribble(int port) throws IOException {
      super("127.0.0.1", port);
      setTcpNoDelay(true);
    }

    @Override
    public java.io.OutputStream getOutputStream() throws IOException {
      java.io.OutputStream out = super.getOutputStream();
      return new java.io.OutputStream() {
        @Override
        public void write(int each) throws IOException {
          out.write(each);
          out.flush();
        }
      };
    }
  }
}

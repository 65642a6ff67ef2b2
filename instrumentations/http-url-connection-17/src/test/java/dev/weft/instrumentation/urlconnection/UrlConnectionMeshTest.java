package dev.weft.instrumentation.urlconnection;

import static dev.weft.instrumentation.urlconnection.ScriptedEngine.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.tls.MeshIdentity;
import dev.weft.instrumentation.testing.Backend;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.instrumentation.urlconnection.ScriptedEngine.Pending;
import dev.weft.instrumentation.urlconnection.ScriptedEngine.Reply;
import dev.weft.instrumentation.urlconnection.ScriptedEngine.Script;
import dev.weft.instrumentation.urlconnection.ScriptedEngine.Try;
import dev.weft.loader.Weaver;
import dev.weft.model.Cluster.MeshTls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UrlConnectionMeshTest {
  static final String CATALOG = "spiffe://cluster.local/ns/default/sa/catalog";
  static final ScriptedEngine ENGINE = new ScriptedEngine();
  static Server one;
  static Server two;
  static int refused;

  @BeforeAll
  static void weave() throws Exception {
    Weaver.install(ByteBuddyAgent.install(), List.of(new UrlConnectionInstrumentationModule()));
    try (ServerSocket free = new ServerSocket(0)) {
      refused = free.getLocalPort();
    }
  }

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void install() throws Exception {
    one = new Server("one");
    two = new Server("two");
    ENGINE.forget();
    Mesh.install(ENGINE);
  }

  @AfterEach
  void uninstall() {
    Mesh.install(null);
    one.close();
    two.close();
    assertThat(ENGINE.internalErrors).isEmpty();
  }

  static HttpURLConnection open(String url) throws IOException {
    return (HttpURLConnection) new URL(url).openConnection();
  }

  static String text(HttpURLConnection connection) throws IOException {
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aHostThatOnlyTheMeshKnowsIsReachedUnderItsOwnName() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));
    HttpURLConnection connection = open("http://catalog/items?q=1");

    assertThat(text(connection)).isEqualTo("one");

    assertThat(connection.getURL()).hasToString("http://catalog/items?q=1");
    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(one.requests).containsExactly("GET /items?q=1 host=catalog body=");
    assertThat(ENGINE.seen).containsExactly("GET catalog/items?q=1 flags=0 cookie=null");
    assertThat(ENGINE.events)
        .containsExactly("send 1", "sent 1", "response 1 200", "end 1 COMPLETE");
  }

  @Test
  void aDestinationWithoutPolicyIsLeftAlone() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    assertThat(text(open("http://127.0.0.1:" + two.port() + "/"))).isEqualTo("two");
    assertThat(ENGINE.events).isEmpty();
  }

  @Test
  void keptConnectionsAreReusedForTheirEndpointOnly() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));
    for (int i = 0; i < 4; i++) {
      text(open("http://catalog/"));
    }
    assertThat(one.exchanges.stream().map(e -> e.getRemoteAddress().getPort()).distinct())
        .hasSize(1);

    ENGINE.on("catalog", 80, () -> new Script().send(two.port()));

    assertThat(text(open("http://catalog/"))).isEqualTo("two");
  }

  @Test
  void policyChangesPathAuthorityAndHeadersOnTheWireOnly() throws Exception {
    ENGINE.on(
        "catalog",
        80,
        () ->
            new Script()
                .send(
                    new Try(at(one.port()))
                        .path("/v2/items")
                        .authority("catalog-v2:8080")
                        .header("set", "X-Set", "mesh")
                        .header("add", "X-Add", "mesh")
                        .header("remove", "X-Gone", null)
                        .responseHeader("set", "X-From-Mesh", "yes")));
    HttpURLConnection connection = open("http://catalog/items");
    connection.setRequestProperty("X-Set", "app");
    connection.setRequestProperty("X-Add", "app");
    connection.setRequestProperty("X-Gone", "app");

    text(connection);

    assertThat(one.requests).containsExactly("GET /v2/items host=catalog-v2:8080 body=");
    var sent = one.exchanges.get(0).getRequestHeaders();
    assertThat(sent.get("X-Set")).containsExactly("mesh");
    assertThat(sent.get("X-Add")).containsExactlyInAnyOrder("app", "mesh");
    assertThat(sent.get("X-Gone")).isNull();
    assertThat(connection.getHeaderField("X-From-Mesh")).isEqualTo("yes");
  }

  @Test
  void aRefusedConnectIsRetriedElsewhere() throws Exception {
    ENGINE.on(
        "catalog",
        80,
        () ->
            new Script()
                .send(new Try(at(refused)).onFailure(Verdict.RETRY))
                .waitNanos(20_000_000)
                .send(two.port()));
    HttpURLConnection connection = open("http://catalog/");
    connection.setDoOutput(true);
    connection.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));

    assertThat(text(connection)).isEqualTo("two");

    assertThat(two.requests).containsExactly("POST / host=catalog body=hello");
    assertThat(ENGINE.seen).containsExactly("POST catalog/ flags=0 cookie=null");
    assertThat(ENGINE.events)
        .containsExactly(
            "send 1", "failed 1 CONNECT", "send 2", "sent 2", "response 2 200", "end 2 COMPLETE");
  }

  @Test
  void whenThereIsNoRetryTheApplicationGetsTheJdksOwnException() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(refused));

    assertThatThrownBy(() -> text(open("http://catalog/"))).isInstanceOf(ConnectException.class);
    assertThat(ENGINE.events).containsExactly("send 1", "failed 1 CONNECT");
  }

  @Test
  void anAbortIsAResponseWithItsErrorStream() throws Exception {
    ENGINE.on(
        "catalog",
        80,
        () -> new Script().reply(new Reply(503, "fault filter abort", Map.of("x-why", "fault"))));
    HttpURLConnection connection = open("http://catalog/");

    assertThat(connection.getResponseCode()).isEqualTo(503);
    assertThat(new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("fault filter abort");
    assertThat(connection.getHeaderField("x-why")).isEqualTo("fault");
    assertThat(ENGINE.events).containsExactly("call end");
  }

  @Test
  void aRedirectOfTheMeshIsFollowed() throws Exception {
    ENGINE
        .on(
            "old",
            80,
            () -> new Script().reply(new Reply(301, "", Map.of("location", "http://new/x"))))
        .on("new", 80, () -> new Script().send(one.port()));
    HttpURLConnection connection = open("http://old/x");

    assertThat(text(connection)).isEqualTo("one");
    assertThat(connection.getURL()).hasToString("http://new/x");
  }

  @Test
  void aRedirectOfTheServerIsANewCallWithItsOwnDestination() throws Exception {
    one.behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://orders/there");
          Server.reply(exchange, 302, "moved");
        };
    ENGINE
        .on("catalog", 80, () -> new Script().send(one.port()))
        .on("orders", 80, () -> new Script().send(two.port()));

    assertThat(text(open("http://catalog/here"))).isEqualTo("two");
    assertThat(two.requests).containsExactly("GET /there host=orders body=");
    assertThat(ENGINE.events.stream().filter(e -> e.equals("end 1 COMPLETE"))).hasSize(2);
  }

  @Test
  void anErrorStatusIsRecordedAndItsBodyReadable() throws Exception {
    one.behaviour = exchange -> Server.reply(exchange, 500, "broken");
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));
    HttpURLConnection connection = open("http://catalog/");

    assertThat(connection.getResponseCode()).isEqualTo(500);
    assertThat(new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("broken");
    assertThat(ENGINE.events).contains("response 1 500", "end 1 COMPLETE");
  }

  @Test
  void aTimeoutOfTheMeshIsAnsweredWithItsReply() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on(
        "catalog",
        80,
        () -> {
          Script script = new Script().send(new Try(at(one.port())).timeout(80, Verdict.REPLY));
          script.instead = new Reply(504, "upstream request timeout", Map.of());
          return script;
        });
    HttpURLConnection connection = open("http://catalog/");

    assertThat(connection.getResponseCode()).isEqualTo(504);
    release.countDown();
    assertThat(ENGINE.events).contains("failed 1 TIMEOUT", "call end");
  }

  @Test
  void theApplicationsOwnReadTimeoutStaysItsOwn() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));
    HttpURLConnection connection = open("http://catalog/");
    connection.setReadTimeout(80);

    assertThatThrownBy(connection::getResponseCode).isInstanceOf(SocketTimeoutException.class);
    release.countDown();
  }

  @Test
  void plaintextUrlGoesOverMutualTlsAndReusesItsConnection() throws Exception {
    TestCa ca = new TestCa("root");
    MeshIdentity self = MeshIdentity.of(ca.issue("spiffe://cluster.local/ns/default/sa/shop"));
    try (Backend backend = Backend.mutualTls("catalog", ca.issue(CATALOG))) {
      ENGINE.on(
          "catalog",
          80,
          () ->
              new Script()
                  .send(
                      new Try(at(backend.port()))
                          .tls(self.peer(new MeshTls("catalog", List.of(CATALOG))))));
      for (int i = 0; i < 5; i++) {
        assertThat(text(open("http://catalog/"))).isEqualTo("catalog");
      }
      assertThat(backend.handshakes()).isEqualTo(1);
      assertThat(backend.received().get(0).header("host")).isEqualTo("catalog");

      ENGINE.on(
          "catalog",
          80,
          () ->
              new Script()
                  .send(
                      new Try(at(backend.port()))
                          .tls(self.peer(new MeshTls("catalog", List.of(CATALOG + "-not"))))));
      assertThatThrownBy(() -> text(open("http://catalog/"))).isInstanceOf(SSLException.class);
      assertThat(backend.received()).hasSize(5);
      assertThat(ENGINE.events).endsWith("failed 1 TLS");
    }
  }

  @Test
  void aPendingVerdictResumesWhenItIsThere() throws Exception {
    Pending pending = new Pending();
    ENGINE.on("catalog", 80, () -> new Script().pending(pending).send(one.port()));

    CompletableFuture<String> body =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return text(open("http://catalog/"));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> !ENGINE.seen.isEmpty());
    assertThat(body).isNotDone();
    pending.ready();

    assertThat(body.join()).isEqualTo("one");
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

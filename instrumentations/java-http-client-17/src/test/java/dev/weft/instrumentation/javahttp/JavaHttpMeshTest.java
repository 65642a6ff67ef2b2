package dev.weft.instrumentation.javahttp;

import static dev.weft.instrumentation.javahttp.ScriptedEngine.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.Verdict;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Pending;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Reply;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Script;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Try;
import dev.weft.loader.Weaver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaHttpMeshTest {
  static final ScriptedEngine ENGINE = new ScriptedEngine();
  static Server one;
  static Server two;
  static int refused;

  HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void weave() throws Exception {
    Weaver.install(ByteBuddyAgent.install(), List.of(new JavaHttpInstrumentationModule()));
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

  static HttpRequest.Builder request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri));
  }

  HttpResponse<String> get(String uri) throws Exception {
    return client.send(request(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void aHostThatOnlyTheMeshKnowsIsReachedUnderItsOwnName() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    HttpResponse<String> response = get("http://catalog/items?q=1");

    assertThat(response.body()).isEqualTo("one");
    assertThat(response.uri()).hasToString("http://catalog/items?q=1");
    assertThat(response.request().uri()).hasToString("http://catalog/items?q=1");
    assertThat(response.sslSession()).isEmpty();
    assertThat(one.requests).containsExactly("GET /items?q=1 host=catalog body=");
    assertThat(ENGINE.seen).containsExactly("GET catalog/items?q=1 flags=1 cookie=null");
    await().until(() -> ENGINE.events.contains("end 1 COMPLETE"));
    assertThat(ENGINE.events)
        .containsExactly("send 1", "sent 1", "response 1 200", "end 1 COMPLETE");
  }

  @Test
  void aDestinationWithoutPolicyIsLeftAlone() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    assertThat(get("http://127.0.0.1:" + two.port() + "/").body()).isEqualTo("two");
    assertThat(ENGINE.events).isEmpty();
  }

  @Test
  void sequentialCallsToOneEndpointShareAConnection() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    for (int i = 0; i < 5; i++) {
      get("http://catalog/");
    }

    assertThat(one.exchanges.stream().map(e -> e.getRemoteAddress().getPort()).distinct())
        .hasSize(1);
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
                        .header("set", "traceparent", "00-1-2-01")
                        .responseHeader("set", "X-From-Mesh", "yes")));
    HttpRequest request =
        request("http://catalog/items")
            .header("X-Set", "app")
            .header("X-Add", "app")
            .header("X-Gone", "app")
            .build();

    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

    assertThat(one.requests).containsExactly("GET /v2/items host=catalog-v2:8080 body=");
    var sent = one.exchanges.get(0).getRequestHeaders();
    assertThat(sent.get("X-Set")).containsExactly("mesh");
    assertThat(sent.get("X-Add")).containsExactly("app", "mesh");
    assertThat(sent.get("X-Gone")).isNull();
    assertThat(sent.get("Traceparent")).containsExactly("00-1-2-01");
    assertThat(response.uri()).hasToString("http://catalog/items");
    assertThat(response.headers().firstValue("x-from-mesh")).contains("yes");
    assertThat(response.request().headers().map()).isEqualTo(request.headers().map());
  }

  @Test
  void anAbortIsTheClientsOwnResponseThroughTheApplicationsHandler() throws Exception {
    ENGINE.on(
        "catalog",
        80,
        () -> new Script().reply(new Reply(503, "fault filter abort", Map.of("x-why", "fault"))));

    HttpResponse<InputStream> response =
        client.send(request("http://catalog/").build(), BodyHandlers.ofInputStream());

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("fault filter abort");
    assertThat(response.headers().firstValue("x-why")).contains("fault");
    assertThat(response.headers().firstValue("content-type")).contains("text/plain");
    assertThat(response.uri()).hasToString("http://catalog/");
    assertThat(ENGINE.events).containsExactly("call end");
  }

  @Test
  void anAnswerWithoutContentNeedsNoConnection() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().reply(new Reply(204, "", Map.of())));

    assertThat(get("http://catalog/").statusCode()).isEqualTo(204);
  }

  @Test
  void aRedirectOfTheMeshIsFollowedAsTheApplicationAsked() throws Exception {
    client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    ENGINE
        .on(
            "old",
            80,
            () -> new Script().reply(new Reply(301, "", Map.of("location", "http://new/x"))))
        .on("new", 80, () -> new Script().send(one.port()));

    HttpResponse<String> response = get("http://old/x");

    assertThat(response.body()).isEqualTo("one");
    assertThat(response.uri()).hasToString("http://new/x");
    assertThat(response.previousResponse().orElseThrow().statusCode()).isEqualTo(301);
  }

  @Test
  void aRedirectOfTheServerIsANewCallWithItsOwnDestination() throws Exception {
    client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    one.behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://orders/there");
          Server.reply(exchange, 302, "moved");
        };
    ENGINE
        .on("catalog", 80, () -> new Script().send(one.port()))
        .on("orders", 80, () -> new Script().send(two.port()));

    HttpResponse<String> response = get("http://catalog/here");

    assertThat(response.body()).isEqualTo("two");
    assertThat(two.requests).containsExactly("GET /there host=orders body=");
    await()
        .until(() -> ENGINE.events.stream().filter(e -> e.equals("end 1 COMPLETE")).count() == 2);
  }

  @Test
  void cookiesBelongToTheLogicalHostAndAreSeenByTheRoute() throws Exception {
    client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    one.behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Set-Cookie", "lane=blue");
          Server.reply(exchange, 200, "one");
        };
    ENGINE
        .on("catalog.local", 80, () -> new Script().send(one.port()))
        .on("other.local", 80, () -> new Script().send(one.port()));

    get("http://catalog.local/");
    get("http://catalog.local/");
    get("http://other.local/");

    assertThat(ENGINE.seen)
        .containsExactly(
            "GET catalog.local/ flags=1 cookie=null",
            "GET catalog.local/ flags=1 cookie=lane=blue",
            "GET other.local/ flags=1 cookie=null");
    assertThat(one.exchanges.get(1).getRequestHeaders().get("Cookie")).containsExactly("lane=blue");
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

    HttpResponse<String> response =
        client.send(
            request("http://catalog/").POST(BodyPublishers.ofString("hello")).build(),
            BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("two");
    assertThat(two.requests).containsExactly("POST / host=catalog body=hello");
    assertThat(ENGINE.events)
        .startsWith("send 1", "sent 1", "failed 1 CONNECT", "send 2", "sent 2", "response 2 200");
  }

  @Test
  void whenThereIsNoRetryTheApplicationGetsTheClientsOwnException() {
    ENGINE.on("catalog", 80, () -> new Script().send(refused));

    assertThatThrownBy(() -> get("http://catalog/")).isInstanceOf(ConnectException.class);
    assertThat(ENGINE.events).containsExactly("send 1", "sent 1", "failed 1 CONNECT");
  }

  @Test
  void anErrorStatusIsDiscardedAndRetriedOnAReusedConnection() throws Exception {
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    one.behaviour = exchange -> Server.reply(exchange, 503, "busy");
    ENGINE.on(
        "catalog",
        80,
        () -> new Script().send(new Try(at(one.port())).on500(Verdict.RETRY)).send(two.port()));

    assertThat(get("http://catalog/").body()).isEqualTo("two");
    await().until(() -> ENGINE.events.contains("end 1 COMPLETE"));
    assertThat(get("http://catalog/").body()).isEqualTo("two");

    assertThat(one.exchanges.stream().map(e -> e.getRemoteAddress().getPort()).distinct())
        .hasSize(1);
  }

  @Test
  void aResetBeforeTheResponseIsReportedAsOne() throws Exception {
    one.behaviour = exchange -> exchange.close();
    ENGINE.on(
        "catalog",
        80,
        () -> new Script().send(new Try(at(one.port())).onFailure(Verdict.RETRY)).send(two.port()));

    HttpResponse<String> response =
        client.send(
            request("http://catalog/").POST(BodyPublishers.ofString("x")).build(),
            BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("two");
    assertThat(ENGINE.events).contains("failed 1 RESET");
  }

  @Test
  void aStreamedBodyIsNotCalledRepeatableAndSentIsToldWhenItLeaves() throws Exception {
    ENGINE.on(
        "catalog",
        80,
        () -> new Script().send(new Try(at(refused)).onFailure(Verdict.RETRY)).send(two.port()));

    client.send(
        request("http://catalog/")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {'z'})))
            .build(),
        BodyHandlers.ofString());

    assertThat(ENGINE.seen).containsExactly("POST catalog/ flags=0 cookie=null");
    assertThat(two.requests).containsExactly("POST / host=catalog body=z");
    assertThat(ENGINE.events)
        .startsWith("send 1", "failed 1 CONNECT", "send 2", "sent 2", "response 2 200");
  }

  @Test
  void anInjectedDelayHoldsNoThreadAndThenSends() throws Exception {
    ENGINE.on("catalog", 80, () -> new Script().waitNanos(60_000_000).send(one.port()));
    long start = System.nanoTime();

    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request("http://catalog/").build(), BodyHandlers.ofString());

    assertThat(response.join().body()).isEqualTo("one");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(60_000_000L);
  }

  @Test
  void aPendingVerdictResumesWhenItIsThere() throws Exception {
    Pending pending = new Pending();
    ENGINE.on("catalog", 80, () -> new Script().pending(pending).send(one.port()));

    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request("http://catalog/").build(), BodyHandlers.ofString());
    await().until(() -> !ENGINE.seen.isEmpty());
    assertThat(response).isNotDone();
    pending.ready();

    assertThat(response.join().body()).isEqualTo("one");
  }

  @Test
  void aPerTryTimeoutMovesOnAndItsExchangeIsCancelled() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on(
        "catalog",
        80,
        () ->
            new Script().send(new Try(at(one.port())).timeout(80, Verdict.RETRY)).send(two.port()));

    assertThat(get("http://catalog/").body()).isEqualTo("two");
    release.countDown();
    assertThat(ENGINE.events).contains("failed 1 TIMEOUT");
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
          Script script = new Script().send(new Try(at(one.port())).timeout(50, Verdict.REPLY));
          script.instead = new Reply(504, "upstream request timeout", Map.of());
          return script;
        });

    HttpResponse<String> response = get("http://catalog/");
    release.countDown();

    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).isEqualTo("upstream request timeout");
  }

  @Test
  void aHedgeLeavesTheFirstRunningAndTheWinnerCancelsTheLoser() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on(
        "catalog",
        80,
        () ->
            new Script().send(new Try(at(one.port())).timeout(50, Verdict.HEDGE)).send(two.port()));

    HttpResponse<String> response =
        client.sendAsync(request("http://catalog/").build(), BodyHandlers.ofString()).join();
    release.countDown();

    assertThat(response.body()).isEqualTo("two");
    assertThat(one.requests).hasSize(1);
    await().until(() -> ENGINE.events.contains("end 2 COMPLETE"));
    assertThat(ENGINE.events)
        .containsSubsequence("failed 1 TIMEOUT", "send 2", "response 2 200", "failed 1 CANCELLED");
  }

  @Test
  void aHedgedFirstAttemptMayStillWin() throws Exception {
    CountDownLatch hedged = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(hedged);
          Server.reply(exchange, 200, "one");
        };
    two.behaviour =
        exchange -> {
          hedged.countDown();
          awaitQuietly(never);
          exchange.close();
        };
    ENGINE.on(
        "catalog",
        80,
        () ->
            new Script().send(new Try(at(one.port())).timeout(50, Verdict.HEDGE)).send(two.port()));

    HttpResponse<String> response = get("http://catalog/");
    never.countDown();

    assertThat(response.body()).isEqualTo("one");
    assertThat(ENGINE.events).contains("failed 2 CANCELLED");
  }

  @Test
  void theApplicationsOwnTimeoutEndsBackoffToo() {
    ENGINE.on("catalog", 80, () -> new Script().waitNanos(60_000_000_000L).send(one.port()));

    assertThatThrownBy(
            () ->
                client.send(
                    request("http://catalog/").timeout(Duration.ofMillis(100)).build(),
                    BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(ENGINE.events).containsExactly("call cancelled");
  }

  @Test
  void theApplicationsOwnTimeoutEndsAnAttemptWithTheClientsException() {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    assertThatThrownBy(
            () ->
                client.send(
                    request("http://catalog/").timeout(Duration.ofMillis(150)).build(),
                    BodyHandlers.ofString()))
        .isExactlyInstanceOf(HttpTimeoutException.class)
        .hasMessage("request timed out");
    release.countDown();
    assertThat(ENGINE.events).contains("failed 1 CANCELLED", "call cancelled");
  }

  @Test
  void cancellingTheFutureCancelsTheCall() {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request("http://catalog/").build(), BodyHandlers.ofString());
    await().until(() -> !one.requests.isEmpty());
    response.cancel(true);

    await().until(() -> ENGINE.events.contains("call cancelled"));
    release.countDown();
    assertThatThrownBy(response::join)
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isInstanceOf(CancellationException.class),
            thrown -> assertThat(thrown).hasCauseInstanceOf(CancellationException.class));
  }

  @Test
  void theEndOfTheBodyIsTheEndOfTheAttempt() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("a".repeat(100).getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    HttpResponse<InputStream> response =
        client.send(request("http://catalog/").build(), BodyHandlers.ofInputStream());
    assertThat(ENGINE.events).doesNotContain("end 1 COMPLETE");
    release.countDown();
    assertThat(response.body().readAllBytes()).hasSize(100);

    await().until(() -> ENGINE.events.contains("end 1 COMPLETE"));
  }

  @Test
  void closingTheBodyEarlyIsToldAsCancelled() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    one.behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          awaitQuietly(release);
          exchange.close();
        };
    ENGINE.on("catalog", 80, () -> new Script().send(one.port()));

    client.send(request("http://catalog/").build(), BodyHandlers.ofInputStream()).body().close();
    release.countDown();

    await().until(() -> ENGINE.events.contains("end 1 CANCELLED"));
  }

  @Test
  void theSendersScopeFollowsAcrossThreadsAndANestedCallIsLeftAlone() throws Exception {
    ENGINE.on("localhost", one.port(), () -> new Script().send(two.port()));
    RequestScope scope =
        new RequestScope() {
          @Override
          public long deadlineNanos() {
            return Long.MAX_VALUE;
          }
        };

    try (RequestScope.Current current = RequestScope.makeCurrent(scope)) {
      client
          .sendAsync(request("http://localhost:" + one.port()).build(), BodyHandlers.ofString())
          .join();
    }
    assertThat(ENGINE.scopeAtBegin).isSameAs(scope);

    NestedCalls.enter();
    try {
      CompletableFuture<HttpResponse<String>> nested =
          client.sendAsync(
              request("http://localhost:" + one.port()).build(), BodyHandlers.ofString());
      assertThat(nested.join().body()).isEqualTo("one");
    } finally {
      NestedCalls.exit();
    }
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

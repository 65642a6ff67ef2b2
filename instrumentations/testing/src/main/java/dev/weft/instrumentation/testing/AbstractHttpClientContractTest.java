package dev.weft.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.instrumentation.testing.HttpClientUnderTest.Options;
import dev.weft.instrumentation.testing.HttpClientUnderTest.Running;
import dev.weft.model.Cluster;
import dev.weft.model.RetryPolicy.On;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the mesh promises to an application, whatever its HTTP client. A library's test inherits all
 * of it and only says how a request is sent; it runs on the lowest and on the newest version.
 *
 * <p>The names dialled here ({@code http://catalog/}) do not resolve: a case that passes was
 * routed.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class AbstractHttpClientContractTest extends ContractEnvironment {
  private static final String SAN = "spiffe://cluster.local/ns/default/sa/catalog";

  // Without policy: as if we were not there.

  @Test
  void withoutPolicyARequestIsUntouched() throws Exception {
    Backend b = backend("plain");

    Response response = client.send(Request.post(local(b, "/a?b=c"), "text").header("x-own", "1"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("x-backend")).isEqualTo("plain");
    assertThat(response.text()).isEqualTo("plain");
    Received r = b.only();
    assertThat(r.method()).isEqualTo("POST");
    assertThat(r.target()).isEqualTo("/a?b=c");
    assertThat(r.header("host")).isEqualTo("127.0.0.1:" + b.port());
    assertThat(r.headers("x-own")).containsExactly("1");
    assertThat(r.text()).isEqualTo("text");
    assertThat(mesh.calls()).isEmpty();
  }

  @Test
  void withoutPolicyAFailureIsTheLibrarysOwn() throws Exception {
    RefusedPort refused = closing(new RefusedPort());
    Request request = Request.get("http://127.0.0.1:" + refused.port() + "/");
    mesh.kill();
    Throwable without = catchThrowable(() -> client.send(request));
    mesh.revive();
    mesh.apply(Service.named("catalog").endpoints(backend("other")));

    Throwable with = catchThrowable(() -> client.send(request));

    assertThat(with).hasSameClassAs(without).hasMessage(without.getMessage());
  }

  @Test
  void aRouteThatPassesThroughLeavesTheRequestUntouched() throws Exception {
    Backend b = backend("plain");
    mesh.apply(
        Service.named("127.0.0.1", b.port())
            .withoutEndpoints("")
            .rule(Rule.any().passingThrough()));

    assertThat(client.send(Request.get(local(b, "/"))).text()).isEqualTo("plain");
    assertThat(b.received()).hasSize(1);
  }

  @Test
  void theKillSwitchTakesTheMeshOutOfARunningClient() throws Exception {
    needs(Capability.ROUTE);
    Backend meshed = backend("meshed");
    Backend direct = backend("direct");
    mesh.apply(Service.named("127.0.0.1", direct.port()).endpoints(meshed));
    assertThat(client.send(Request.get(local(direct, "/"))).text()).isEqualTo("meshed");

    mesh.kill();

    assertThat(client.send(Request.get(local(direct, "/"))).text()).isEqualTo("direct");
    mesh.revive();
    assertThat(client.send(Request.get(local(direct, "/"))).text()).isEqualTo("meshed");
  }

  // Routing.

  @Test
  void aLogicalNameThatDoesNotResolveReachesAnEndpoint() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a");
    mesh.apply(Service.named("catalog").endpoints(b));

    Response response = client.send(Request.get("http://catalog/items?q=1"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.text()).isEqualTo("a");
    assertThat(b.only().target()).isEqualTo("/items?q=1");
    assertThat(b.only().header("host")).isEqualTo("catalog");
    if (response.uri() != null) {
      assertThat(response.uri()).hasToString("http://catalog/items?q=1");
    }
  }

  @Test
  void theHostHeaderKeepsThePortThatTheApplicationDialled() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a");
    mesh.apply(Service.named("catalog", 8123).endpoints(b));

    client.send(Request.get("http://catalog:8123/"));

    assertThat(b.only().header("host")).isEqualTo("catalog:8123");
  }

  @Test
  void fullAndShortNamesAreOneService() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a");
    mesh.apply(Service.named("catalog").endpoints(b));

    client.send(Request.get("http://catalog.default.svc.cluster.local/"));
    client.send(Request.get("http://catalog.default/"));

    assertThat(b.received()).hasSize(2);
  }

  @Test
  void routesMatchPathMethodAndHeader() throws Exception {
    needs(Capability.ROUTE);
    mesh.apply(
        Service.named("catalog")
            .subset("header", backend("header"))
            .subset("method", backend("method"))
            .subset("exact", backend("exact"))
            .subset("prefix", backend("prefix"))
            .subset("regex", backend("regex"))
            .subset("rest", backend("rest"))
            .rule(Rule.any().header("x-user", "tester").to("header"))
            .rule(Rule.prefix("/m").method("DELETE").to("method"))
            .rule(Rule.exact("/exact").to("exact"))
            .rule(Rule.prefix("/prefix/").to("prefix"))
            .rule(Rule.regex("/r[0-9]+").to("regex"))
            .rule(Rule.any().to("rest")));

    assertThat(text(Request.get("http://catalog/exact").header("X-User", "tester")))
        .isEqualTo("header");
    assertThat(text(Request.of("DELETE", "http://catalog/m", null))).isEqualTo("method");
    assertThat(text(Request.get("http://catalog/m"))).isEqualTo("rest");
    assertThat(text(Request.get("http://catalog/exact?x=1"))).isEqualTo("exact");
    assertThat(text(Request.get("http://catalog/exactly"))).isEqualTo("rest");
    assertThat(text(Request.get("http://catalog/prefix/1"))).isEqualTo("prefix");
    assertThat(text(Request.get("http://catalog/r42"))).isEqualTo("regex");
    assertThat(text(Request.get("http://catalog/r42x"))).isEqualTo("rest");
  }

  @Test
  void aWeightedSplitSharesCallsOverSubsets() throws Exception {
    needs(Capability.ROUTE);
    mesh.apply(
        Service.named("catalog")
            .subset("v1", backend("v1"))
            .subset("v2", backend("v2"))
            .rule(Rule.any().share("v1", 80).share("v2", 20)));

    Map<String, Integer> counts = count(500);

    assertThat(counts.getOrDefault("v2", 0)).isBetween(70, 130);
    assertThat(counts.getOrDefault("v1", 0) + counts.getOrDefault("v2", 0)).isEqualTo(500);
  }

  @Test
  void roundRobinGivesEveryEndpointItsTurn() throws Exception {
    needs(Capability.ROUTE);
    mesh.apply(Service.named("catalog").endpoints(backend("a"), backend("b"), backend("c")));

    assertThat(count(30)).containsOnly(Map.entry("a", 10), Map.entry("b", 10), Map.entry("c", 10));
  }

  @Test
  void leastRequestAvoidsTheBusyEndpoint() throws Exception {
    needs(Capability.ROUTE, Capability.BODY_END);
    Backend a = backend("a").always(Answer.ok().largeBody(4 << 20));
    Backend b = backend("b").always(Answer.ok().largeBody(4 << 20));
    mesh.apply(
        Service.named("catalog")
            .endpoints(a, b)
            .balancedBy(new Cluster.LoadBalancing.LeastRequest(2, 1)));
    try (InputStream held = client.open(Request.get("http://catalog/"))) {
      assertThat(held.read()).isEqualTo('x');
      Backend busy = a.received().isEmpty() ? b : a;
      Backend idle = busy == a ? b : a;
      idle.always(Answer.ok());
      busy.always(Answer.ok());
      for (int i = 0; i < 20; i++) {
        client.send(Request.get("http://catalog/"));
      }
      assertThat(idle.received().size()).isGreaterThan(busy.received().size());
    }
  }

  @Test
  void aNewConfigurationSteersTheNextCallAway() throws Exception {
    needs(Capability.ROUTE);
    Backend a = backend("a");
    Backend b = backend("b");
    mesh.apply(Service.named("catalog").endpoints(a));
    assertThat(text(Request.get("http://catalog/"))).isEqualTo("a");

    mesh.apply(Service.named("catalog").endpoints(b));

    assertThat(text(Request.get("http://catalog/"))).isEqualTo("b");
  }

  @Test
  void aPolicyThatComesLaterDoesNotReuseConnectionsFromBefore() throws Exception {
    needs(Capability.ROUTE);
    Backend direct = backend("direct");
    Backend meshed = backend("meshed");
    assertThat(text(Request.get(local(direct, "/")))).isEqualTo("direct");

    mesh.apply(Service.named("127.0.0.1", direct.port()).endpoints(meshed));
    assertThat(text(Request.get(local(direct, "/")))).isEqualTo("meshed");

    mesh.apply();
    assertThat(text(Request.get(local(direct, "/")))).isEqualTo("direct");
  }

  // Changes to requests and responses.

  @Test
  void requestHeadersAreSetAddedAndRemovedOnTheWireOnly() throws Exception {
    needs(Capability.ROUTE, Capability.REQUEST_HEADERS);
    Backend b = backend("a");
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(
                Rule.any()
                    .to("")
                    .settingHeader("x-set", "mesh")
                    .addingHeader("x-add", "mesh")
                    .removingHeader("x-remove")));
    Request request =
        Request.get("http://catalog/")
            .header("X-Set", "app")
            .header("X-Add", "app")
            .header("X-Remove", "app");

    client.send(request);
    client.send(request);

    assertThat(b.received())
        .hasSize(2)
        .allSatisfy(
            r -> {
              assertThat(r.headers("x-set")).containsExactly("mesh");
              assertThat(String.join(",", r.headers("x-add"))).isEqualTo("app,mesh");
              assertThat(r.headers("x-remove")).isEmpty();
            });
  }

  @Test
  void aRewrittenPathIsSeenByTheServerOnly() throws Exception {
    needs(Capability.ROUTE, Capability.PATH_REWRITE);
    Backend b = backend("a");
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.prefix("/old/").to("").rewritingPrefix("/new/")));

    Response response = client.send(Request.get("http://catalog/old/x?y=z"));

    assertThat(b.only().target()).isEqualTo("/new/x?y=z");
    assertThat(b.only().header("host")).isEqualTo("catalog");
    if (response.uri() != null) {
      assertThat(response.uri()).hasToString("http://catalog/old/x?y=z");
    }
  }

  @Test
  void headersAndPathAreChangedOnceHoweverOftenTheCallIsSent() throws Exception {
    needs(Capability.ROUTE, Capability.REQUEST_HEADERS, Capability.PATH_REWRITE, Capability.RETRY);
    Backend b = backend("a").next(Answer.status(503), Answer.status(503));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(
                Rule.prefix("/old/")
                    .to("")
                    .rewritingPrefix("/old/new/")
                    .addingHeader("x-add", "mesh")
                    .retrying(2, On.GATEWAY_ERROR)));

    assertThat(client.send(Request.get("http://catalog/old/x")).status()).isEqualTo(200);

    assertThat(b.received())
        .hasSize(3)
        .allSatisfy(
            r -> {
              assertThat(r.target()).isEqualTo("/old/new/x");
              assertThat(r.headers("x-add")).containsExactly("mesh");
            });
  }

  // Timeouts.

  @Test
  void aCallThatTakesTooLongIsAnswered504() throws Exception {
    needs(Capability.ROUTE, Capability.TIMEOUT, Capability.LOCAL_REPLY);
    Backend b = backend("a").always(Answer.ending(Answer.End.SILENT));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").within(Duration.ofMillis(300))));
    long before = System.nanoTime();

    Response response = client.send(Request.get("http://catalog/"));

    assertThat(response.status()).isEqualTo(504);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
    assertThat(recorded(1).get(0).flags()).contains("UT");
    Awaitility.await("the silent connection is closed").until(() -> b.openConnections() == 0);
  }

  @Test
  void aSlowTryIsGivenUpForAnotherEndpoint() throws Exception {
    needs(Capability.ROUTE, Capability.TIMEOUT, Capability.RETRY);
    Backend slow = backend("slow").always(Answer.ending(Answer.End.SILENT));
    Backend fast = backend("fast");
    mesh.apply(
        Service.named("catalog")
            .endpoints(slow, fast)
            .rule(Rule.any().to("").retrying(2, Duration.ofMillis(200), On.FIVE_XX)));

    assertThat(text(Request.get("http://catalog/"))).isEqualTo("fast");
    assertThat(text(Request.get("http://catalog/"))).isEqualTo("fast");
    assertThat(slow.received()).isNotEmpty();
    Awaitility.await("the slow tries are closed").until(() -> slow.openConnections() == 0);
  }

  @Test
  void theLibrarysOwnTimeoutStaysTheLibrarysOwn() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a").always(Answer.ending(Answer.End.SILENT));
    Request direct = Request.get(local(b, "/")).within(Duration.ofMillis(300));
    Throwable without = catchThrowable(() -> client.send(direct));
    mesh.apply(Service.named("catalog").endpoints(b));

    Throwable with =
        catchThrowable(
            () -> client.send(Request.get("http://catalog/").within(Duration.ofMillis(300))));

    assertThat(without).isNotNull();
    assertThat(with).hasSameClassAs(without);
    recorded(1);
  }

  // Retries.

  @Test
  void aRefusedConnectIsTriedAtTheNextEndpoint() throws Exception {
    needs(Capability.ROUTE, Capability.CONNECT_RETRY);
    Backend b = backend("b");
    mesh.apply(
        Service.named("catalog")
            .endpoint(closing(new RefusedPort()).port())
            .endpoints(b)
            .rule(Rule.any().to("").retrying(2, On.CONNECT_FAILURE)));

    for (int i = 0; i < 4; i++) {
      assertThat(text(Request.get("http://catalog/" + i))).isEqualTo("b");
    }
    assertThat(b.received()).hasSize(4);
    assertThat(recorded(4)).extracting(RecordedCall::attempts).contains(2);
  }

  @Test
  void aPostIsTriedAgainWhenNothingOfItWasSent() throws Exception {
    needs(Capability.ROUTE, Capability.CONNECT_RETRY);
    Backend b = backend("b");
    mesh.apply(
        Service.named("catalog")
            .endpoint(closing(new RefusedPort()).port())
            .endpoints(b)
            .rule(Rule.any().to("").retrying(2, On.CONNECT_FAILURE)));

    assertThat(text(Request.post("http://catalog/1", "one"))).isEqualTo("b");
    assertThat(text(Request.post("http://catalog/2", "two"))).isEqualTo("b");

    assertThat(b.received()).extracting(Received::text).containsExactly("one", "two");
  }

  @Test
  void theLibrarysOwnExceptionComesOutWhenNoEndpointAnswers() throws Exception {
    needs(Capability.ROUTE);
    RefusedPort refused = closing(new RefusedPort());
    Throwable without =
        catchThrowable(() -> client.send(Request.get("http://127.0.0.1:" + refused.port() + "/")));
    mesh.apply(
        Service.named("catalog")
            .endpoint(refused.port())
            .rule(Rule.any().to("").retrying(2, On.CONNECT_FAILURE)));

    Throwable with = catchThrowable(() -> client.send(Request.get("http://catalog/")));

    assertThat(with).hasSameClassAs(without);
    assertThat(recorded(1).get(0).flags()).contains("UF");
  }

  @Test
  void a503IsRetriedWithBackoffUntilItSucceeds() throws Exception {
    needs(Capability.ROUTE, Capability.RETRY, Capability.WAIT);
    Backend b = backend("a").next(Answer.status(503), Answer.status(503));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").retrying(3, On.GATEWAY_ERROR)));

    Response response = client.send(Request.post("http://catalog/", "again"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(b.received()).extracting(Received::text).containsOnly("again").hasSize(3);
    RecordedCall call = recorded(1).get(0);
    assertThat(call.attempts()).isEqualTo(3);
    assertThat(call.status()).isEqualTo(200);
  }

  @Test
  void afterTheLastRetryTheApplicationGetsTheLastAnswer() throws Exception {
    needs(Capability.ROUTE, Capability.RETRY);
    Backend b = backend("a").always(Answer.status(503).body("busy"));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").retrying(2, On.GATEWAY_ERROR)));

    Response response = client.send(Request.get("http://catalog/"));

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.text()).isEqualTo("busy");
    assertThat(b.received()).as("not multiplied by the library's own retries").hasSize(3);
    recorded(1);
  }

  @Test
  void aConnectionResetBeforeTheResponseIsRetriedWhenThePolicySaysSo() throws Exception {
    needs(Capability.ROUTE, Capability.RETRY);
    Backend b = backend("a").next(Answer.ending(Answer.End.RESET_BEFORE_RESPONSE));
    mesh.apply(Service.named("catalog").endpoints(b).rule(Rule.any().to("").retrying(1, On.RESET)));

    assertThat(text(Request.post("http://catalog/", "x"))).isEqualTo("a");
    assertThat(b.received()).hasSize(2);
  }

  @Test
  void aPostThatMayHaveArrivedIsNotSentAgainWithoutAPolicyForResets() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a").always(Answer.ending(Answer.End.RESET_BEFORE_RESPONSE));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b, backend("other").always(Answer.ending(Answer.End.RESET_BEFORE_RESPONSE)))
            .rule(Rule.any().to("").retrying(3, On.CONNECT_FAILURE)));

    Throwable failure = catchThrowable(() -> client.send(Request.post("http://catalog/", "x")));

    assertThat(failure).isNotNull();
    assertThat(recorded(1).get(0).attempts()).isEqualTo(1);
    assertThat(recorded(1).get(0).flags()).containsAnyOf("UR", "UC");
  }

  @Test
  void aBodyThatCanBeReadOnceIsNotSentTwice() throws Exception {
    needs(Capability.ROUTE, Capability.RETRY, Capability.ONE_SHOT_BODY);
    Backend b = backend("a").next(Answer.status(503));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").retrying(3, On.GATEWAY_ERROR)));

    Response response =
        client.send(
            Request.post("http://catalog/", "once").asOneShot().within(Duration.ofSeconds(2)));

    assertThat(response.status()).isEqualTo(503);
    assertThat(b.only().text()).isEqualTo("once");
  }

  // Protection.

  @Test
  void anEndpointThatFailsInARowIsLeftOut() throws Exception {
    needs(Capability.ROUTE);
    Backend bad = backend("bad").always(Answer.status(500));
    Backend good = backend("good");
    mesh.apply(
        Service.named("catalog").endpoints(bad, good).ejectingAfter(3, Duration.ofSeconds(30)));

    for (int i = 0; i < 20; i++) {
      client.send(Request.get("http://catalog/"));
    }

    assertThat(bad.received()).hasSize(3);
    assertThat(good.received()).hasSize(17);
  }

  @Test
  void aRequestAboveTheLimitIsAnswered503AtOnce() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY, Capability.BODY_END);
    Backend b = backend("a").next(Answer.ok().largeBody(4 << 20));
    mesh.apply(Service.named("catalog").endpoints(b).atMostRequests(1));

    try (InputStream held = client.open(Request.get("http://catalog/"))) {
      assertThat(held.read()).isEqualTo('x');

      Response refused = client.send(Request.get("http://catalog/"));

      assertThat(refused.status()).isEqualTo(503);
      assertThat(held.readAllBytes()).hasSize((4 << 20) - 1);
    }
    assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(200);
    assertThat(recorded(3)).extracting(RecordedCall::flags).contains("UO");
  }

  @Test
  void aPermitIsReleasedWhenTheApplicationClosesABodyEarly() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY, Capability.BODY_END);
    Backend b = backend("a").always(Answer.ok().largeBody(4 << 20));
    mesh.apply(Service.named("catalog").endpoints(b).atMostRequests(1));

    for (int i = 0; i < 3; i++) {
      InputStream body = client.open(Request.get("http://catalog/"));
      assertThat(body.read()).isEqualTo('x');
      body.close();
      recorded(i + 1);
    }
    assertThat(b.received()).hasSize(3);
  }

  @Test
  void aPermitIsReleasedWhenABodyBreaksOff() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY, Capability.BODY_END);
    Backend b = backend("a").next(Answer.ok().largeBody(1 << 16).then(Answer.End.RESET_IN_BODY));
    mesh.apply(Service.named("catalog").endpoints(b).atMostRequests(1));

    Throwable failure = catchThrowable(() -> client.send(Request.get("http://catalog/")));

    assertThat(failure).isNotNull();
    recorded(1);
    assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(200);
  }

  // Faults.

  @Test
  void anInjectedAbortIsTheLibrarysOwnResponse() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY);
    Backend b = backend("a");
    mesh.apply(
        Service.named("catalog").endpoints(b).rule(Rule.any().to("").aborting(418, 1_000_000)));

    Response response = client.send(Request.get("http://catalog/"));

    assertThat(response.status()).isEqualTo(418);
    assertThat(response.text()).isNotEmpty();
    assertThat(response.header("content-type")).startsWith("text/plain");
    assertThat(b.connections()).isZero();
    assertThat(recorded(1).get(0).flags()).contains("FI");
  }

  @Test
  void anInjectedDelayIsWaitedBeforeSending() throws Exception {
    needs(Capability.ROUTE, Capability.WAIT);
    Backend b = backend("a");
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").delaying(Duration.ofMillis(200))));
    long before = System.nanoTime();

    assertThat(text(Request.get("http://catalog/"))).isEqualTo("a");

    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(200_000_000L);
    assertThat(recorded(1).get(0).flags()).contains("DI");
  }

  @Test
  void aDirectResponseOfTheRouteIsDelivered() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY);
    mesh.apply(
        Service.named("catalog")
            .withoutEndpoints("")
            .rule(Rule.any().answering(203, "from the mesh")));

    Response response = client.send(Request.get("http://catalog/"));

    assertThat(response.status()).isEqualTo(203);
    assertThat(response.text()).isEqualTo("from the mesh");
  }

  @Test
  void aServiceWithoutEndpointsIsAnswered503() throws Exception {
    needs(Capability.ROUTE, Capability.LOCAL_REPLY);
    mesh.apply(Service.named("catalog").withoutEndpoints(""));

    assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(503);
    assertThat(recorded(1).get(0).flags()).contains("UH");
  }

  // Bodies and connections.

  @Test
  void aLargeBodyIsStreamed() throws Exception {
    needs(Capability.ROUTE, Capability.BODY_END);
    long size = 256L << 20;
    Backend b = backend("a").always(Answer.ok().largeBody(size).inChunks());
    mesh.apply(Service.named("catalog").endpoints(b));

    long read = 0;
    try (InputStream body = client.open(Request.get("http://catalog/"))) {
      byte[] buffer = new byte[1 << 16];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        read += n;
        // A library may read ahead: the JDK's client has the last buffers before the reader does.
        if (read < size - (1 << 20)) {
          assertThat(mesh.calls()).as("recorded before the body has ended").isEmpty();
        }
      }
    }

    assertThat(read).isEqualTo(size);
    recorded(1);
  }

  @Test
  void connectionsAreReusedPerEndpoint() throws Exception {
    needs(Capability.ROUTE);
    Backend a = backend("a");
    Backend b = backend("b");
    mesh.apply(Service.named("catalog").endpoints(a, b));

    count(20);

    assertThat(a.connections()).isEqualTo(1);
    assertThat(b.connections()).isEqualTo(1);
  }

  @Test
  void responsesWithoutABodyEndAtOnce() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a").next(Answer.status(204), Answer.status(304), Answer.ok());
    mesh.apply(Service.named("catalog").endpoints(b).atMostRequests(1));

    assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(204);
    assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(304);
    assertThat(client.send(Request.of("HEAD", "http://catalog/", null)).status()).isEqualTo(200);

    recorded(3);
  }

  // TLS beneath plaintext.

  @Test
  void mutualTlsGoesBeneathPlaintextAndTheConnectionIsReused() throws Exception {
    needs(Capability.ROUTE, Capability.PEER_TLS);
    TestCa ca = new TestCa("test");
    Backend b = closing(Backend.mutualTls("secret", ca.issue(SAN)));
    mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/shop"));
    mesh.apply(Service.named("catalog").endpoints(b).autoTls("catalog", SAN));

    for (int i = 0; i < 20; i++) {
      assertThat(text(Request.post("http://catalog/" + i, "body"))).isEqualTo("secret");
    }

    assertThat(b.handshakes()).isEqualTo(1);
    assertThat(b.received())
        .extracting(Received::peer)
        .containsOnly("spiffe://cluster.local/ns/default/sa/shop");
    assertThat(b.received().get(0).header("host")).isEqualTo("catalog");
    assertThat(recorded(20)).allMatch(RecordedCall::mutualTls);
  }

  @Test
  void aPeerWithAnotherIdentityIsRefusedBeforeAnythingIsSent() throws Exception {
    needs(Capability.ROUTE, Capability.PEER_TLS);
    TestCa ca = new TestCa("test");
    Backend b =
        closing(
            Backend.mutualTls("mallory", ca.issue("spiffe://cluster.local/ns/default/sa/mallory")));
    mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/shop"));
    mesh.apply(Service.named("catalog").endpoints(b).autoTls("catalog", SAN));

    Throwable failure = catchThrowable(() -> client.send(Request.get("http://catalog/")));

    assertThat(failure).isNotNull().isInstanceOf(java.io.IOException.class);
    assertThat(failure).hasStackTraceContaining("mallory");
    assertThat(b.received()).isEmpty();
    assertThat(recorded(1).get(0).flags()).contains("UF");
  }

  @Test
  void aPeerOfAnotherAuthorityIsRefused() throws Exception {
    needs(Capability.ROUTE, Capability.PEER_TLS);
    Backend b = closing(Backend.mutualTls("stranger", new TestCa("other").issue(SAN)));
    mesh.identity(new TestCa("test").issue("spiffe://cluster.local/ns/default/sa/shop"));
    mesh.apply(Service.named("catalog").endpoints(b).autoTls("catalog", SAN));

    assertThat(catchThrowable(() -> client.send(Request.get("http://catalog/"))))
        .isInstanceOf(java.io.IOException.class);
    assertThat(b.received()).isEmpty();
  }

  @Test
  void aPolicyThatAsksForTlsDoesNotReusePlaintextConnections() throws Exception {
    needs(Capability.ROUTE, Capability.PEER_TLS);
    TestCa ca = new TestCa("test");
    Backend plain = backend("plain");
    Backend secret = closing(Backend.mutualTls("secret", ca.issue(SAN)));
    mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/shop"));
    mesh.apply(Service.named("catalog").endpoints(plain));
    assertThat(text(Request.get("http://catalog/"))).isEqualTo("plain");

    mesh.apply(Service.named("catalog").endpoints(secret).autoTls("catalog", SAN));

    assertThat(text(Request.get("http://catalog/"))).isEqualTo("secret");
    assertThat(plain.received()).hasSize(1);
  }

  @Test
  void aNewIdentityMakesNewConnections() throws Exception {
    needs(Capability.ROUTE, Capability.PEER_TLS);
    TestCa ca = new TestCa("test");
    Backend b = closing(Backend.mutualTls("secret", ca.issue(SAN)));
    mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/shop", 1));
    mesh.apply(Service.named("catalog").endpoints(b).autoTls("catalog", SAN));
    client.send(Request.get("http://catalog/"));

    mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/shop", 2));
    client.send(Request.get("http://catalog/"));
    client.send(Request.get("http://catalog/"));

    assertThat(b.handshakes()).isEqualTo(2);
  }

  // What stays the library's.

  @Test
  void redirectsStayTheLibrarysAndEveryHopIsRouted() throws Exception {
    needs(Capability.ROUTE, Capability.REDIRECTS);
    Backend first =
        backend("first").always(Answer.status(302).header("Location", "http://orders/there"));
    Backend second = backend("second");
    mesh.apply(
        Service.named("catalog").endpoints(first), Service.named("orders").endpoints(second));

    Response response = client(Options.REDIRECTING).send(Request.get("http://catalog/here"));

    assertThat(response.text()).isEqualTo("second");
    assertThat(second.only().target()).isEqualTo("/there");
    assertThat(second.only().header("host")).isEqualTo("orders");
    recorded(2);
  }

  @Test
  void cookiesStayUnderTheLogicalHost() throws Exception {
    needs(Capability.ROUTE, Capability.COOKIES);
    Backend a = backend("a").always(Answer.ok().header("Set-Cookie", "session=42; Path=/"));
    Backend b = backend("b").always(Answer.ok().header("Set-Cookie", "session=42; Path=/"));
    mesh.apply(Service.named("catalog.local").endpoints(a, b));
    HttpClientUnderTest browser = client(Options.WITH_COOKIES);

    for (int i = 0; i < 4; i++) {
      browser.send(Request.get("http://catalog.local/"));
    }

    List<Received> all = new ArrayList<>(a.received());
    all.addAll(b.received());
    assertThat(all).hasSize(4);
    assertThat(all.stream().filter(r -> "session=42".equals(r.header("cookie"))).count())
        .isEqualTo(3);
  }

  @Test
  void aCallThatTheApplicationCancelsEndsAndIsRecordedOnce() throws Exception {
    needs(Capability.ROUTE, Capability.CANCEL);
    Backend b = backend("a").always(Answer.ending(Answer.End.SILENT));
    mesh.apply(
        Service.named("catalog")
            .endpoints(b)
            .rule(Rule.any().to("").retrying(5, On.RESET, On.CONNECT_FAILURE, On.FIVE_XX)));
    Running running = client.start(Request.get("http://catalog/"));
    Awaitility.await().atMost(PATIENCE).until(() -> b.received().size() == 1);

    running.cancel();

    assertThat(running.outcome()).isNotNull();
    recorded(1);
    assertThat(b.received()).as("never retried").hasSize(1);
    Awaitility.await("the connection is closed").until(() -> b.openConnections() == 0);
  }

  @Test
  void everyCallIsRecordedOnce() throws Exception {
    needs(Capability.ROUTE);
    Backend b = backend("a").next(Answer.status(404));
    mesh.apply(Service.named("catalog").endpoints(b));

    client.send(Request.get("http://catalog/x?y=1"));
    client.send(Request.get("http://catalog/"));

    List<RecordedCall> calls = recorded(2);
    assertThat(calls).extracting(RecordedCall::status).containsExactly(404, 200);
    RecordedCall call = calls.get(0);
    assertThat(call.method()).isEqualTo("GET");
    assertThat(call.path()).isEqualTo("/x?y=1");
    assertThat(call.authority()).isEqualTo("catalog");
    assertThat(call.workload()).isEqualTo("a");
    assertThat(call.attempts()).isEqualTo(1);
    assertThat(call.flags()).isEqualTo("-");
  }

  private String text(Request request) throws Exception {
    return client.send(request).text();
  }

  private Map<String, Integer> count(int calls) throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < calls; i++) {
      counts.merge(text(Request.get("http://catalog/")), 1, Integer::sum);
    }
    return counts;
  }
}

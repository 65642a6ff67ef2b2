package dev.weft.engine.call;

import static dev.weft.engine.fixtures.Config.cluster;
import static dev.weft.engine.fixtures.Config.faulty;
import static dev.weft.engine.fixtures.Config.retry;
import static dev.weft.engine.fixtures.Config.to;
import static dev.weft.engine.fixtures.FakeRequest.READER;
import static dev.weft.engine.fixtures.FakeRequest.RESPONSE;
import static dev.weft.engine.fixtures.FakeRequest.WRITER;
import static dev.weft.engine.fixtures.FakeRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.End;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Call.Step;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.Engine;
import dev.weft.engine.env.Ticket;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeRequest;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.fixtures.TestCa;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.MeshTls;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.Endpoint;
import dev.weft.model.Endpoint.Workload;
import dev.weft.model.Fault;
import dev.weft.model.HeaderMutation;
import dev.weft.model.HeaderMutation.Append;
import dev.weft.model.RetryPolicy.On;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteMatch;
import dev.weft.model.WeightedCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutboundCallTest {
  private static final String V1 = cluster("v1");
  private static final IOException REFUSED = new IOException("connection refused");
  private final FakeWorld world = new FakeWorld();
  private final Engine engine = world.engine();

  private Config config() {
    return new Config().cluster(V1, "10.0.0.1:8080", "10.0.0.2:8080");
  }

  private Call begin(Config config, int flags) {
    engine.swap(config.snapshot());
    return begin(get("/api"), flags);
  }

  private Call begin(FakeRequest request, int flags) {
    return engine.http("reviews", 80).begin(request, READER, flags);
  }

  private static Verdict respond(Attempt attempt, int status) {
    return attempt.response(status, -1, new FakeRequest("", ""), RESPONSE);
  }

  /** Steps over backoff. */
  private Step step(Call call) {
    Step step = call.next();
    while (step == Step.WAIT) {
      world.advance(Duration.ofNanos(call.waitNanos()));
      step = call.next();
    }
    return step;
  }

  @Test
  void aPlainCallIsSentOnceAndRecordedWhenItsBodyEnds() {
    Call call = begin(config().routes(to(V1)), 0);

    assertThat(call.next()).isEqualTo(Step.SEND);
    Attempt attempt = call.attempt();
    assertThat(attempt.address().getHostString()).startsWith("10.0.0.");
    assertThat(attempt.tls()).isNull();
    assertThat(attempt.timeoutNanos()).isZero();
    assertThat(attempt.connectTimeoutNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
    attempt.sent();
    assertThat(respond(attempt, 200)).isEqualTo(Verdict.DELIVER);
    assertThat(world.calls).isEmpty();
    attempt.end(End.COMPLETE, -1);
    attempt.end(End.RESET, -1);
    assertThat(world.calls).containsExactly("200 - 1");
  }

  @Test
  void eachAttemptTellsItsNumberWhereTheVirtualHostAsksForIt() {
    Config config = config().routes(to(V1, Duration.ZERO, retry(1, On.FIVE_XX)));
    Call call = begin(config.tellingAttempts(), Destination.BODY_REPEATABLE);
    step(call);
    FakeRequest first = get("/", "x-envoy-attempt-count", "7");
    call.attempt().writeHeaders(first, WRITER);
    assertThat(first.value("x-envoy-attempt-count")).isEqualTo("1");
    assertThat(respond(call.attempt(), 503)).isEqualTo(Verdict.RETRY);
    step(call);
    FakeRequest second = get("/");
    call.attempt().writeHeaders(second, WRITER);
    assertThat(second.value("x-envoy-attempt-count")).isEqualTo("2");

    Call untold = begin(config().routes(to(V1)), 0);
    untold.next();
    FakeRequest request = get("/");
    untold.attempt().writeHeaders(request, WRITER);
    assertThat(request.headers).isEmpty();
  }

  @Test
  void aCallInsideAnotherGovernedCallIsNotGovernedAgain() {
    engine.swap(config().routes(to(V1)).snapshot());
    NestedCalls.enter();
    try {
      assertThat(begin(get("/"), 0)).isNull();
    } finally {
      NestedCalls.exit();
    }
  }

  @Test
  void aRetryAfterAFailedConnectGoesToTheOtherEndpointEvenWithAOneShotBody() {
    Call call = begin(config().routes(to(V1, Duration.ZERO, retry(2, On.CONNECT_FAILURE))), 0);
    step(call);
    Attempt first = call.attempt();
    first.sent(); // an adapter that cannot tell
    assertThat(first.failed(Failure.CONNECT, REFUSED)).isEqualTo(Verdict.RETRY);
    assertThat(step(call)).isEqualTo(Step.SEND);
    assertThat(call.attempt().address()).isNotEqualTo(first.address());
    assertThat(call.attempt().number()).isEqualTo(2);
    respond(call.attempt(), 200);
    call.attempt().end(End.COMPLETE, -1);
    assertThat(world.calls).containsExactly("200 - 2");
  }

  @Test
  void aResetAfterSendingIsRetriedOnlyWhenTheBodyIsRepeatable() {
    Config config = config().routes(to(V1, Duration.ZERO, retry(1, On.RESET)));
    Call oneShot = begin(config, 0);
    oneShot.next();
    oneShot.attempt().sent();
    assertThat(oneShot.attempt().failed(Failure.RESET, REFUSED)).isEqualTo(Verdict.DELIVER);

    Call repeatable = begin(get("/"), Destination.BODY_REPEATABLE);
    repeatable.next();
    repeatable.attempt().sent();
    assertThat(repeatable.attempt().failed(Failure.RESET, REFUSED)).isEqualTo(Verdict.RETRY);
    assertThat(world.calls).containsExactly("0 UR 1");
  }

  @Test
  void aRefusedStreamIsRetriedWithAOneShotBodyOnlyBeforeAnythingWasSent() {
    Config config = config().routes(to(V1, Duration.ZERO, retry(1, On.REFUSED_STREAM)));
    Call call = begin(config, 0);
    call.next();
    assertThat(call.attempt().failed(Failure.REFUSED_STREAM, REFUSED)).isEqualTo(Verdict.RETRY);

    Call sent = begin(get("/"), 0);
    sent.next();
    sent.attempt().sent();
    assertThat(sent.attempt().failed(Failure.REFUSED_STREAM, REFUSED)).isEqualTo(Verdict.DELIVER);
  }

  @Test
  void whenTheRetriesAreUsedUpTheLastResponseIsDelivered() {
    Call call =
        begin(
            config().routes(to(V1, Duration.ZERO, retry(2, On.GATEWAY_ERROR))),
            Destination.BODY_REPEATABLE);
    for (int i = 0; i < 2; i++) {
      assertThat(step(call)).isEqualTo(Step.SEND);
      assertThat(respond(call.attempt(), 503)).isEqualTo(Verdict.RETRY);
    }
    assertThat(step(call)).isEqualTo(Step.SEND);
    assertThat(respond(call.attempt(), 503)).isEqualTo(Verdict.DELIVER);
    call.attempt().end(End.COMPLETE, -1);
    assertThat(world.calls).containsExactly("503 URX 3");
  }

  @Test
  void aStatusThatIsNoRetryConditionIsDelivered() {
    Call call =
        begin(
            config().routes(to(V1, Duration.ZERO, retry(2, On.GATEWAY_ERROR))),
            Destination.BODY_REPEATABLE);
    call.next();
    assertThat(respond(call.attempt(), 500)).isEqualTo(Verdict.DELIVER);
  }

  @Test
  void aGrpcStatusUnavailableWithoutABodyIsRetried() {
    Call call =
        begin(
            config().routes(to(V1, Duration.ZERO, retry(2, On.GRPC_UNAVAILABLE))),
            Destination.BODY_REPEATABLE | Destination.GRPC);
    call.next();
    assertThat(call.attempt().response(200, 14, new FakeRequest("", ""), RESPONSE))
        .isEqualTo(Verdict.RETRY);
    step(call);
    assertThat(call.attempt().response(200, 5, new FakeRequest("", ""), RESPONSE))
        .isEqualTo(Verdict.DELIVER);
  }

  @Test
  void theBackoffIsBelowTheGrowingBound() {
    world.random = bound -> bound - 1;
    Call call =
        begin(
            config().routes(to(V1, Duration.ZERO, retry(3, On.FIVE_XX))),
            Destination.BODY_REPEATABLE);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      step(call);
      respond(call.attempt(), 500);
      assertThat(call.next()).isEqualTo(Step.WAIT);
      waits.add(call.waitNanos() / 1000);
    }
    // (2^n - 1) * 25 ms, less one microsecond.
    assertThat(waits).containsExactly(24_999L, 74_999L, 174_999L);
  }

  @Test
  void theCallsOwnTimeoutIsAnswered504() {
    Call call = begin(config().routes(to(V1, Duration.ofMillis(100), null)), 0);
    call.next();
    assertThat(call.attempt().timeoutNanos()).isEqualTo(Duration.ofMillis(100).toNanos());
    world.advance(Duration.ofMillis(100));
    assertThat(call.attempt().failed(Failure.TIMEOUT, REFUSED)).isEqualTo(Verdict.REPLY);
    assertThat(call.reply().status()).isEqualTo(504);
    assertThat(call.reply().body()).isEqualTo("upstream request timeout");
    assertThat(call.reply().grpcStatus()).isEqualTo(4);
    call.end();
    call.end();
    assertThat(world.calls).containsExactly("504 UT 1");
  }

  @Test
  void theLibrarysOwnTimeoutIsTheApplicationsToSee() {
    Call call = begin(config().routes(to(V1, Duration.ofMillis(100), null)), 0);
    call.next();
    world.advance(Duration.ofMillis(20));
    assertThat(call.attempt().failed(Failure.TIMEOUT, REFUSED)).isEqualTo(Verdict.DELIVER);
  }

  @Test
  void aRetryGetsWhatIsLeftOfTheCallsTime() {
    world.random = bound -> 0;
    Call call =
        begin(
            config()
                .routes(
                    to(
                        V1,
                        Duration.ofMillis(100),
                        retry(5, Duration.ofMillis(60), false, On.GATEWAY_ERROR))),
            Destination.BODY_REPEATABLE);
    call.next();
    assertThat(call.attempt().timeoutNanos()).isEqualTo(Duration.ofMillis(60).toNanos());
    world.advance(Duration.ofMillis(60));
    assertThat(call.attempt().failed(Failure.TIMEOUT, REFUSED)).isEqualTo(Verdict.RETRY);
    step(call);
    assertThat(call.attempt().timeoutNanos()).isEqualTo(Duration.ofMillis(40).toNanos());
    world.advance(Duration.ofMillis(40));
    assertThat(call.attempt().failed(Failure.TIMEOUT, REFUSED)).isEqualTo(Verdict.REPLY);
  }

  @Test
  void faultsAreDrawnOncePerCallAndNotAgainForRetries() {
    Fault fault = new Fault(new Fault.Delay(Duration.ofMillis(7), 1_000_000), null);
    Call call =
        begin(
            config().routes(faulty(V1, retry(1, On.FIVE_XX), fault)), Destination.BODY_REPEATABLE);
    assertThat(call.next()).isEqualTo(Step.WAIT);
    assertThat(call.waitNanos()).isEqualTo(7_000_000);
    assertThat(call.next()).isEqualTo(Step.SEND);
    respond(call.attempt(), 500);
    assertThat(step(call)).isEqualTo(Step.SEND);
    respond(call.attempt(), 200);
    call.attempt().end(End.COMPLETE, -1);
    assertThat(world.calls).containsExactly("200 DI 2");
  }

  @Test
  void anAbortIsAnsweredWithoutSending() {
    Fault fault = new Fault(null, new Fault.Abort(418, -1, 200_000));
    engine.swap(config().routes(faulty(V1, null, fault)).snapshot());
    int aborted = 0;
    for (int i = 0; i < 10_000; i++) {
      Call call = begin(get("/"), 0);
      if (call.next() == Step.REPLY) {
        assertThat(call.reply().status()).isEqualTo(418);
        assertThat(call.reply().body()).isEqualTo("fault filter abort");
        aborted++;
      }
    }
    assertThat(aborted).isBetween(1_850, 2_150);
  }

  @Test
  void withoutRouteClusterOrEndpointTheAnswerIsEnvoys() {
    RouteMatch onlyA = Config.prefix("/a");
    engine.swap(
        new Config()
            .cluster(V1, new String[0])
            .routes(
                Config.route("a", onlyA, Config.forward(V1, Duration.ZERO, null)),
                Config.route(
                    "b", Config.prefix("/b"), Config.forward("absent", Duration.ZERO, null)))
            .snapshot());
    assertThat(answer("/c")).isEqualTo("404 NR 0");
    assertThat(answer("/b")).isEqualTo("503 NC 0");
    assertThat(answer("/a")).isEqualTo("503 UH 0");
    assertThat(engine.notApplied()).anyMatch(n -> n.reason().contains("absent from CDS"));
  }

  private String answer(String path) {
    Call call = begin(get(path), 0);
    assertThat(call.next()).isEqualTo(Step.REPLY);
    call.end();
    return world.calls.get(world.calls.size() - 1);
  }

  @Test
  void aboveTheRequestLimitCallsAreRefusedUntilOneEnds() {
    Limits one = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, one, null, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:8080")))
            .routes(to(V1));
    Call first = begin(config, 0);
    assertThat(first.next()).isEqualTo(Step.SEND);
    assertThat(answer("/")).isEqualTo("503 UO 0");
    respond(first.attempt(), 200);
    assertThat(answer("/")).isEqualTo("503 UO 0");
    first.attempt().end(End.COMPLETE, -1);
    assertThat(begin(get("/"), 0).next()).isEqualTo(Step.SEND);
  }

  @Test
  void aboveTheRetryLimitTheFailureIsDelivered() {
    Limits limits = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, limits, null, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:8080")))
            .routes(to(V1, Duration.ZERO, retry(3, On.FIVE_XX)));
    Call first = begin(config, Destination.BODY_REPEATABLE);
    first.next();
    assertThat(respond(first.attempt(), 500)).isEqualTo(Verdict.RETRY);
    Call second = begin(get("/"), Destination.BODY_REPEATABLE);
    second.next();
    assertThat(respond(second.attempt(), 500)).isEqualTo(Verdict.DELIVER);
    step(first);
    respond(first.attempt(), 200);
    first.attempt().end(End.COMPLETE, -1);
    Call third = begin(get("/"), Destination.BODY_REPEATABLE);
    third.next();
    assertThat(respond(third.attempt(), 500)).isEqualTo(Verdict.RETRY);
  }

  @Test
  void cancellingReleasesThePermitAndRecordsOnce() {
    Limits one = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, one, null, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:8080")))
            .routes(to(V1));
    Call call = begin(config, 0);
    call.next();
    call.cancel();
    call.cancel();
    assertThat(respond(call.attempt(), 200)).isEqualTo(Verdict.DISCARD);
    assertThat(call.attempt().failed(Failure.CANCELLED, REFUSED)).isEqualTo(Verdict.DISCARD);
    assertThat(world.calls).containsExactly("0 DC 1");
    assertThat(begin(get("/"), 0).next()).isEqualTo(Step.SEND);
  }

  @Test
  void aPendingAdmissionIsWaitedForAndItsRefusalAnswered() {
    Ticket ticket = new Ticket();
    world.admission = call -> ticket;
    Call call = begin(config().routes(to(V1)), 0);
    AtomicInteger woken = new AtomicInteger();
    assertThat(call.next()).isEqualTo(Step.PENDING);
    call.onReady(woken::incrementAndGet);
    assertThat(call.next()).isEqualTo(Step.PENDING);
    ticket.refuse(403, 7, "denied");
    assertThat(woken).hasValue(1);
    assertThat(call.next()).isEqualTo(Step.REPLY);
    assertThat(call.reply().status()).isEqualTo(403);
    call.end();
    assertThat(world.calls).containsExactly("403 UAEX 0");
  }

  @Test
  void aPendingAdmissionThatAdmitsLetsTheCallGo() {
    Ticket ticket = new Ticket();
    world.admission = call -> ticket;
    Call call = begin(config().routes(to(V1)), 0);
    assertThat(call.next()).isEqualTo(Step.PENDING);
    ticket.admit();
    assertThat(call.next()).isEqualTo(Step.SEND);
  }

  @Test
  void withoutAnIdentityACallThatNeedsMutualTlsWaitsAWhileAndIsThenRefusedNeverSentInTheClear() {
    UpstreamTls mutual = new UpstreamTls.Mutual(new MeshTls("reviews", List.of()));
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, Limits.NONE, null, mutual, false),
                List.of(Config.endpoint("10.0.0.1:8080")))
            .routes(to(V1));
    Call call = begin(config, 0);
    AtomicInteger woken = new AtomicInteger();
    assertThat(call.next()).isEqualTo(Step.PENDING);
    call.onReady(woken::incrementAndGet);
    world.advance(Duration.ofSeconds(5));
    assertThat(woken).hasValue(1);
    assertThat(call.next()).isEqualTo(Step.REPLY);
    assertThat(call.reply().status()).isEqualTo(503);
    assertThat(call.reply().body()).startsWith("weft: no identity yet: reviews.shop.svc");
    call.end();
    assertThat(world.calls).containsExactly("503 UF 0");
  }

  private static Config autoMtls(boolean endpointTakesIt) {
    UpstreamTls auto = new UpstreamTls.Auto(new MeshTls("reviews", List.of()));
    Endpoint endpoint =
        new Endpoint(
            "10.0.0.1", 8080, 1, Endpoint.Health.HEALTHY, endpointTakesIt, Workload.UNKNOWN);
    return new Config()
        .cluster(Config.cluster(V1, Limits.NONE, null, auto, false), List.of(endpoint))
        .routes(to(V1));
  }

  @Test
  void autoMtlsWithoutIdentityHoldsBackOnlyCallsToEndpointsThatTakeMtls() throws Exception {
    engine.swap(autoMtls(/* endpointTakesIt= */ false).snapshot());
    Call plain = begin(get("/"), 0);
    assertThat(plain.next()).isEqualTo(Step.SEND);
    assertThat(plain.attempt().tls()).isNull();

    // The same endpoint now takes mTLS (PERMISSIVE: it takes plaintext too, which callers cannot
    // see).
    engine.swap(autoMtls(/* endpointTakesIt= */ true).snapshot());
    world.advance(Duration.ofSeconds(6));
    Call held = begin(get("/"), 0);
    assertThat(held.next()).isEqualTo(Step.REPLY);
    assertThat(held.reply().body()).startsWith("weft: no identity yet");

    engine.identity(new TestCa().svid("spiffe://cluster.local/ns/shop/sa/web"));
    Call secured = begin(get("/"), 0);
    assertThat(secured.next()).isEqualTo(Step.SEND);
    assertThat(secured.attempt().tls()).isNotNull();
  }

  @Test
  void weightsSplitCallsInTheirProportion() {
    String v2 = cluster("v2");
    RouteAction split =
        new RouteAction.Forward(
            List.of(Config.weighted(V1, 90), Config.weighted(v2, 10)),
            null,
            null,
            Duration.ZERO,
            null,
            List.of(),
            List.of());
    engine.swap(
        config()
            .cluster(v2, "10.0.0.9:8080")
            .routes(Config.route("split", Config.prefix("/"), split))
            .snapshot());
    int toV2 = 0;
    for (int i = 0; i < 20_000; i++) {
      Call call = begin(get("/"), 0);
      call.next();
      toV2 += call.attempt().address().getHostString().equals("10.0.0.9") ? 1 : 0;
    }
    assertThat(toV2).isBetween(1_850, 2_150);
  }

  @Test
  void headerChangesGoFromTheClusterOutwardsAndValuesMayQuoteTheRequest() {
    HeaderMutation ofCluster =
        new HeaderMutation(
            List.of("x-debug"),
            List.of(
                new HeaderMutation.Add("x-level", "cluster", Append.OVERWRITE_IF_EXISTS_OR_ADD),
                new HeaderMutation.Add("x-user-copy", "u-%REQ(x-user)%", Append.ADD_IF_ABSENT)));
    HeaderMutation ofRoute =
        new HeaderMutation(
            List.of(),
            List.of(
                new HeaderMutation.Add("x-level", "route", Append.OVERWRITE_IF_EXISTS_OR_ADD),
                new HeaderMutation.Add("x-absent", "no", Append.OVERWRITE_IF_EXISTS),
                new HeaderMutation.Add("x-bad", "%UNKNOWN%", Append.ADD_IF_ABSENT)));
    HeaderMutation ofResponse =
        new HeaderMutation(
            List.of("server"),
            List.of(
                new HeaderMutation.Add(
                    "x-from", "%RESP(x-origin)%", Append.APPEND_IF_EXISTS_OR_ADD)));
    RouteAction action =
        new RouteAction.Forward(
            List.of(new WeightedCluster(V1, 1, ofCluster, ofResponse)),
            new RouteAction.PathRewrite.Prefix("/v2/"),
            "reviews-canary",
            Duration.ZERO,
            null,
            List.of(),
            List.of());
    Route route =
        new Route("r", Config.prefix("/api/"), action, ofRoute, HeaderMutation.NONE, null);
    engine.swap(config().routes(route).snapshot());

    FakeRequest request = get("/api/x?q=1", "x-user", "ann", "x-debug", "1");
    Call call = begin(request, 0);
    call.next();
    call.attempt().writeHeaders(request, WRITER);
    assertThat(request.value("x-level")).isEqualTo("route");
    assertThat(request.value("x-user-copy")).isEqualTo("u-ann");
    assertThat(request.headers).doesNotContainKeys("x-debug", "x-absent", "x-bad");
    assertThat(call.attempt().path()).isEqualTo("/v2/x?q=1");
    assertThat(call.attempt().authority()).isEqualTo("reviews-canary");
    FakeRequest response = get("", "server", "x", "x-origin", "here");
    call.attempt().response(200, -1, response, RESPONSE);
    call.attempt().writeResponseHeaders(response, WRITER);
    assertThat(response.value("x-from")).isEqualTo("here");
    assertThat(response.headers).doesNotContainKey("server");
    assertThat(engine.notApplied()).anyMatch(n -> n.reason().contains("%UNKNOWN%"));
  }

  @Test
  void redirectsAndDirectResponsesAreAnsweredHere() {
    RouteAction redirect =
        new RouteAction.Redirect(
            "https", null, 0, new RouteAction.PathRewrite.Prefix("/new"), 301, false);
    engine.swap(
        config()
            .routes(
                Config.route("r", Config.prefix("/old"), redirect),
                Config.route("d", Config.prefix("/"), new RouteAction.DirectResponse(202, "ok")))
            .snapshot());
    Call call = begin(get("/old/x?y=1", "host", "reviews:80"), 0);
    assertThat(call.next()).isEqualTo(Step.REPLY);
    FakeRequest response = get("");
    call.reply().writeHeaders(response, WRITER);
    assertThat(call.reply().status()).isEqualTo(301);
    assertThat(response.value("location")).isEqualTo("https://reviews/new/x?y=1");
    Call direct = begin(get("/"), 0);
    assertThat(direct.next()).isEqualTo(Step.REPLY);
    assertThat(direct.reply().body()).isEqualTo("ok");
  }

  @Test
  void tlsOfTheApplicationStaysEndToEndAndOnlyTheEndpointIsChosen() {
    UpstreamTls mutual = new UpstreamTls.Mutual(new MeshTls("reviews", List.of()));
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, Limits.NONE, null, mutual, false),
                List.of(Config.endpoint("10.0.0.1:8080")))
            .routes(to(V1));
    Call call = begin(config, Destination.APP_TLS);
    assertThat(call.next()).isEqualTo(Step.SEND);
    assertThat(call.attempt().tls()).isNull();
    assertThat(call.attempt().path()).isNull();
  }

  @Test
  void endpointsTakeTurns() {
    engine.swap(config().routes(to(V1)).snapshot());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Call call = begin(get("/"), 0);
      call.next();
      seen.add(call.attempt().address().getHostString());
    }
    assertThat(seen).hasSize(2);
  }
}

package dev.weft.engine;

import static dev.weft.engine.fixtures.Config.cluster;
import static dev.weft.engine.fixtures.Config.to;
import static dev.weft.engine.fixtures.FakeRequest.READER;
import static dev.weft.engine.fixtures.FakeRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.lb.ClusterState;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutlierDetection;
import dev.weft.model.PathMatch;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final String V1 = cluster("v1");
  private final FakeWorld world = new FakeWorld();
  private final Engine engine = world.engine();

  private static Route passthrough() {
    return Config.route("allow_any", Config.prefix("/"), new RouteAction.Passthrough());
  }

  @Test
  void withoutConfigurationNothingIsOurs() {
    assertThat(engine.http("reviews", 80)).isNull();
    assertThat(engine.tcp("db", 5432)).isNull();
    assertThat(engine.inbound(80)).isNull();
  }

  @Test
  void knownNamesAreOursAndOthersAtTheSamePortPassThrough() {
    engine.swap(
        new Config()
            .cluster(V1, "10.0.0.1:80")
            .routes(to(V1))
            .virtualHost(80, List.of("*"), passthrough())
            .snapshot());
    assertThat(engine.http("reviews", 80)).isNotNull();
    assertThat(engine.http("REVIEWS.shop", 80)).isNotNull();
    assertThat(engine.http("240.240.0.1", 80)).isNotNull();
    assertThat(engine.http("reviews", 81)).isNull();
    assertThat(engine.http("example.org", 80)).isNull();
  }

  @Test
  void anUnknownAddressIsGovernedByItsHostHeader() {
    engine.swap(new Config().cluster(V1, "10.0.0.1:80").routes(to(V1)).snapshot());
    Destination byAddress = engine.http("192.0.2.7", 80);
    assertThat(byAddress.begin(get("/", "host", "192.0.2.7"), READER, 0)).isNull();
    assertThat(byAddress.begin(get("/", "host", "reviews:80"), READER, 0)).isNotNull();
  }

  @Test
  void aRouteThatPassesThroughIsLeftToTheLibrary() {
    engine.swap(new Config().cluster(V1, "10.0.0.1:80").routes(passthrough(), to(V1)).snapshot());
    assertThat(engine.http("reviews", 80).begin(get("/"), READER, 0)).isNull();
  }

  @Test
  void aBadRegexSetsItsRouteAsideAndNothingElse() {
    Route bad =
        Config.route(
            "bad", Config.match(new PathMatch.Regex("(")), Config.forward(V1, Duration.ZERO, null));
    engine.swap(new Config().cluster(V1, "10.0.0.1:80").routes(bad, to(V1)).snapshot());
    assertThat(engine.notApplied())
        .anyMatch(n -> n.subject().contains("Route bad") && n.reason().contains("`(`"));
    assertThat(engine.http("reviews", 80).begin(get("/"), READER, 0).next())
        .isEqualTo(Call.Step.SEND);
  }

  @Test
  void aSwapKeepsEjectionsAndReusesWhatHasNotChanged() {
    OutlierDetection outlier =
        new OutlierDetection(
            1, 0, 0, false, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ZERO, 100);
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, Limits.NONE, outlier, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:80"), Config.endpoint("10.0.0.2:80")))
            .routes(to(V1));
    engine.swap(config.snapshot());
    Call call = engine.http("reviews", 80).begin(get("/"), READER, 0);
    call.next();
    String ejected = call.attempt().address().getHostString();
    call.attempt().response(500, -1, get(""), (m, n) -> null);
    assertThat(world.events).containsExactly("out " + ejected + ":80");

    Destination before = engine.http("reviews", 80);
    MeshSnapshot same = config.snapshot();
    engine.swap(same);
    assertThat(engine.http("reviews", 80)).isSameAs(before);

    config.cluster(
        Config.cluster(V1, Limits.NONE, outlier, new UpstreamTls.None(), false),
        List.of(
            Config.endpoint("10.0.0.1:80"),
            Config.endpoint("10.0.0.2:80"),
            Config.endpoint("10.0.0.3:80")));
    engine.swap(config.snapshot());
    assertThat(engine.http("reviews", 80)).isNotSameAs(before);
    ClusterState state = engine.clusters().get(0);
    assertThat(state.eligible()).hasSize(2).noneMatch(h -> h.toString().startsWith(ejected + ":"));
    world.advance(Duration.ofSeconds(40));
    assertThat(state.eligible()).hasSize(3);
  }

  @Test
  void switchingOutlierDetectionOffBringsEjectedEndpointsBack() {
    OutlierDetection outlier =
        new OutlierDetection(
            1, 0, 0, false, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ZERO, 100);
    Config config =
        new Config()
            .cluster(
                Config.cluster(V1, Limits.NONE, outlier, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:80"), Config.endpoint("10.0.0.2:80")))
            .routes(to(V1));
    engine.swap(config.snapshot());
    Call call = engine.http("reviews", 80).begin(get("/"), READER, 0);
    call.next();
    call.attempt().response(500, -1, get(""), (m, n) -> null);
    assertThat(engine.clusters().get(0).eligible()).hasSize(1);
    engine.swap(config.cluster(V1, "10.0.0.1:80", "10.0.0.2:80").snapshot());
    assertThat(engine.clusters().get(0).eligible()).hasSize(2);
  }

  @Test
  void unsupportedPartsAreListedByName() {
    Limits limits = new Limits(10, 5, Integer.MAX_VALUE, Integer.MAX_VALUE);
    engine.swap(
        new Config()
            .cluster(
                Config.cluster(V1, limits, null, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:80")))
            .snapshot());
    assertThat(engine.notApplied())
        .extracting(n -> n.reason().split(" ")[0])
        .containsExactlyInAnyOrder(
            "circuit_breakers.max_connections", "circuit_breakers.max_pending_requests");
  }

  @Test
  void anExplanationSaysWhichRouteWonAndWhoMayAnswer() {
    Route canary =
        Config.route(
            "canary", Config.prefix("/canary"), Config.forward("absent", Duration.ZERO, null));
    engine.swap(
        new Config().cluster(V1, "10.0.0.1:80", "10.0.0.2:80").routes(canary, to(V1)).snapshot());
    Explanation found =
        engine.explain(new RequestDescription("reviews", 80, "GET", "/x", Map.of()));
    assertThat(found.governed()).isTrue();
    assertThat(found.virtualHost()).isEqualTo(Config.FQDN);
    assertThat(found.route()).startsWith("to ");
    assertThat(found.passedOver()).hasSize(1).first().asString().startsWith("canary ");
    assertThat(found.clusters().get(0).candidates()).hasSize(2).allMatch(c -> c.eligible());
    assertThat(
            engine.explain(new RequestDescription("nobody", 80, "GET", "/", Map.of())).governed())
        .isFalse();
    assertThat(world.calls).isEmpty();
  }
}

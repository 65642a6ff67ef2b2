package dev.weft.engine.inbound;

import static dev.weft.engine.fixtures.FakeRequest.READER;
import static dev.weft.engine.fixtures.FakeRequest.WRITER;
import static dev.weft.engine.fixtures.FakeRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.RequestScope;
import dev.weft.engine.Engine;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeRequest;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.fixtures.Handshake;
import dev.weft.engine.fixtures.TestCa;
import dev.weft.engine.tls.MeshIdentity;
import dev.weft.model.Cluster.MeshTls;
import dev.weft.model.InboundListener;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

class InboundTest {
  private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
  private final FakeWorld world = new FakeWorld();
  private final Engine engine = world.engine();
  private final TestCa ca = new TestCa();

  private InboundPort port(InboundListener.Mode mode) {
    engine.swap(new Config().inbound(8080, mode).snapshot());
    return engine.inbound(8080);
  }

  private SSLSession session(InboundPort port) throws Exception {
    engine.identity(ca.svid("spiffe://cluster.local/ns/shop/sa/reviews"));
    SSLEngine client =
        MeshIdentity.of(ca.svid(WEB))
            .peer(new MeshTls("reviews", List.of()))
            .newEngine(PeerTls.HTTP_1_1);
    SSLEngine server = port.newEngine("http/1.1");
    Handshake.run(client, server);
    return server.getSession();
  }

  @Test
  void aPortWithoutPolicyIsNotOursUnlessTheDefaultSaysSo() {
    assertThat(engine.inbound(9999)).isNull();
    engine.defaultInbound(InboundListener.Mode.CLOSED);
    assertThat(engine.inbound(9999).mode()).isEqualTo(InboundPort.Mode.CLOSED);
    InboundCall call = engine.inbound(9999).begin(get("/"), READER, null, null);
    assertThat(call.reply().status()).isEqualTo(403);
  }

  @Test
  void aKeptPortFollowsThePolicy() {
    InboundPort port = port(InboundListener.Mode.PERMISSIVE);
    assertThat(port.begin(get("/"), READER, null, null).reply()).isNull();
    port(InboundListener.Mode.STRICT);
    assertThat(port.mode()).isEqualTo(InboundPort.Mode.STRICT);
    InboundCall refused = port.begin(get("/"), READER, null, null);
    assertThat(refused.reply().status()).isEqualTo(403);
    refused.end(403, -1, null);
    refused.end(403, -1, null);
    assertThat(world.inbound).containsExactly("403 null UAEX");
    assertThat(world.events).anyMatch(e -> e.startsWith("refused 8080 plaintext"));
  }

  @Test
  void theRuleOfAnyPortHoldsAtPortsWithoutTheirOwn() {
    InboundPort early = port(InboundListener.Mode.PERMISSIVE);
    assertThat(engine.inbound(9090)).isNull();
    engine.swap(
        new Config()
            .inbound(InboundListener.ANY_PORT, InboundListener.Mode.STRICT)
            .inbound(8080, InboundListener.Mode.PERMISSIVE)
            .snapshot());
    assertThat(early.mode()).isEqualTo(InboundPort.Mode.PERMISSIVE);
    InboundPort unnamed = engine.inbound(9090);
    assertThat(unnamed.mode()).isEqualTo(InboundPort.Mode.STRICT);
    assertThat(unnamed.begin(get("/"), READER, null, null).reply().status()).isEqualTo(403);
    assertThat(engine.inbound(9091).mode()).isEqualTo(InboundPort.Mode.STRICT);

    engine.defaultInbound(InboundListener.Mode.CLOSED);
    assertThat(unnamed.mode()).isEqualTo(InboundPort.Mode.STRICT);
    port(InboundListener.Mode.STRICT);
    assertThat(unnamed.mode()).isEqualTo(InboundPort.Mode.CLOSED);
  }

  @Test
  void withoutIdentityThereIsNoServerEngine() {
    assertThat(port(InboundListener.Mode.STRICT).newEngine("http/1.1")).isNull();
  }

  @Test
  void aForgedClientCertificateHeaderIsReplacedByTheVerifiedPeer() throws Exception {
    InboundPort port = port(InboundListener.Mode.STRICT);
    FakeRequest request = get("/", "x-forwarded-client-cert", "URI=spiffe://cluster.local/admin");
    InboundCall call = port.begin(request, READER, session(port), null);
    assertThat(call.reply()).isNull();
    call.writeRequestHeaders(request, WRITER);
    assertThat(request.value("x-forwarded-client-cert"))
        .startsWith("By=spiffe://cluster.local/ns/shop/sa/reviews;Hash=")
        .endsWith(";Subject=\"\";URI=" + WEB);

    port(InboundListener.Mode.PERMISSIVE);
    FakeRequest plain = get("/", "x-forwarded-client-cert", "URI=spiffe://cluster.local/admin");
    port.begin(plain, READER, null, null).writeRequestHeaders(plain, WRITER);
    assertThat(plain.headers).doesNotContainKey("x-forwarded-client-cert");
  }

  @Test
  void theDeadlineOfAMeshPeerBoundsOutboundCallsUntilTheResponseHasEnded() throws Exception {
    InboundPort port = port(InboundListener.Mode.PERMISSIVE);
    engine.swap(
        new Config()
            .inbound(8080, InboundListener.Mode.PERMISSIVE)
            .cluster(Config.cluster("v1"), "10.0.0.1:80")
            .routes(Config.to(Config.cluster("v1")))
            .snapshot());
    FakeRequest request = get("/", "x-envoy-expected-rq-timeout-ms", "200", "grpc-timeout", "1S");
    InboundCall call = port.begin(request, READER, session(port), null);
    RequestScope kept;
    try (RequestScope.Current current = call.makeCurrent()) {
      kept = RequestScope.current();
      world.advance(Duration.ofMillis(50));
      Call outbound = engine.http("reviews", 80).begin(get("/"), READER, 0);
      assertThat(outbound.next()).isEqualTo(Call.Step.SEND);
      assertThat(outbound.attempt().timeoutNanos()).isEqualTo(Duration.ofMillis(150).toNanos());
      world.advance(Duration.ofMillis(150));
      assertThat(engine.http("reviews", 80).begin(get("/"), READER, 0).next())
          .isEqualTo(Call.Step.REPLY);
    }
    assertThat(RequestScope.current()).isNull();
    call.end(200, -1, null);
    assertThat(kept.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(world.inbound).containsExactly("200 " + WEB + " -");
  }

  @Test
  void aDeadlineFromAnUnknownPeerIsNotBelieved() {
    InboundPort port = port(InboundListener.Mode.PERMISSIVE);
    FakeRequest request = get("/", "grpc-timeout", "1m");
    try (RequestScope.Current current = port.begin(request, READER, null, null).makeCurrent()) {
      assertThat(RequestScope.current().deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void timeoutsAreReadAsGrpcWritesThem() {
    assertThat(CallerDeadline.grpc("100m")).isEqualTo(100_000_000L);
    assertThat(CallerDeadline.grpc("2S")).isEqualTo(2_000_000_000L);
    assertThat(CallerDeadline.grpc("99999999H")).isEqualTo(Long.MAX_VALUE);
    assertThat(CallerDeadline.grpc("123456789n")).isEqualTo(Long.MAX_VALUE);
    assertThat(CallerDeadline.grpc("xS")).isEqualTo(Long.MAX_VALUE);
    assertThat(CallerDeadline.millis("-5")).isEqualTo(Long.MAX_VALUE);
  }
}

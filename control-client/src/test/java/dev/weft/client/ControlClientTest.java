package dev.weft.client;

import static dev.weft.client.replay.ReplayServer.CDS;
import static dev.weft.client.replay.ReplayServer.EDS;
import static dev.weft.client.replay.ReplayServer.LDS;
import static dev.weft.client.replay.ReplayServer.RDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.weft.client.disk.SnapshotFile;
import dev.weft.client.replay.RecordingListener;
import dev.weft.client.replay.ReplayServer;
import dev.weft.client.replay.TestCa;
import dev.weft.client.replay.Xds;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.RouteAction;
import dev.weft.wire.v1.Health;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.grpc.Metadata;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a server on a socket: streams, warming, identity, registration. */
class ControlClientTest {
  private final RecordingListener heard = new RecordingListener();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ReplayServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ReplayServer();
    open.add(server);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void aRouteGoesLiveOnlyWithItsClusterAndEndpoints() {
    server.play(LDS, Map.of("0.0.0.0_80", Xds.pack(Xds.listener(80))));
    server.play(RDS, Map.of("80", Xds.pack(Xds.table("80", Xds.host("a", "one")))));
    client(b -> b.warmingGrace(Duration.ofMinutes(1)));
    await().until(() -> !server.requests(RDS).isEmpty());
    await().until(() -> heard.last().notApplied().toString().contains("cluster one, absent"));
    assertThat(heard.last().routes().get("80").virtualHosts()).isEmpty();

    server.play(CDS, Map.of("one", Xds.pack(Xds.cluster("one"))));
    await().until(() -> heard.last().notApplied().toString().contains("endpoints of cluster one"));
    assertThat(heard.last().routes().get("80").virtualHosts()).isEmpty();
    assertThat(heard.last().clusters()).isEmpty();

    server.play(EDS, Map.of("one", Xds.pack(Xds.endpoints("one", 1000))));
    await().until(() -> !heard.last().routes().get("80").virtualHosts().isEmpty());
    assertThat(heard.last().clusters()).containsKey("one");
    assertThat(heard.last().assignments()).containsKey("one");
    assertThat(heard.last().notApplied()).isEmpty();
  }

  @Test
  void theOldRouteServesUntilTheNewClusterIsThere() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    server.play(RDS, Map.of("80", Xds.pack(Xds.table("80", Xds.host("a", "two")))));
    await().until(() -> heard.last().notApplied().toString().contains("cluster two"));
    assertThat(published("one")).isTrue();
    assertThat(heard.last().notApplied().toString()).contains("Its last good version stays in use");

    // The old cluster leaves with the new one coming: the old route keeps what it needs.
    server.play(CDS, Map.of("two", Xds.pack(Xds.cluster("two"))));
    await().until(() -> heard.last().notApplied().toString().contains("endpoints of cluster two"));
    assertThat(published("one")).isTrue();
    assertThat(heard.last().clusters()).containsKey("one");
    assertThat(heard.last().assignments()).containsKey("one");

    server.play(EDS, Map.of("two", Xds.pack(Xds.endpoints("two", 2000))));
    await().until(() -> published("two"));
    assertThat(heard.last().clusters()).doesNotContainKey("one");
  }

  @Test
  void aRouteToAClusterThatNeverComesAnswers503AfterTheGraceTime() {
    playOneHost();
    server.play(
        RDS,
        Map.of("80", Xds.pack(Xds.table("80", Xds.host("a", "one"), Xds.host("b", "absent")))));
    client(b -> b.warmingGrace(Duration.ofMillis(200)));
    await()
        .until(() -> heard.last().routes().getOrDefault("80", none()).virtualHosts().size() == 2);
    RouteAction action =
        heard.last().routes().get("80").virtualHosts().get(1).routes().get(0).action();
    assertThat(action).isEqualTo(new RouteAction.DirectResponse(503, ""));
    assertThat(heard.last().notApplied().toString()).contains("Calls to it get 503");
  }

  @Test
  void goodResponsesAreAcknowledgedWithTheirNonceAndVersion() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    List<DiscoveryRequest> cds = server.requests(CDS);
    assertThat(cds.get(0).getResponseNonce()).isEmpty();
    assertThat(cds.get(1).getResponseNonce()).isNotEmpty();
    assertThat(cds.get(1).getVersionInfo()).isNotEmpty();
    assertThat(cds.get(1).hasErrorDetail()).isFalse();
    assertThat(server.requests.stream().filter(DiscoveryRequest::hasNode)).hasSize(1);
    assertThat(server.requests.get(0).getNode().getId())
        .isEqualTo("sidecar~127.0.0.1~i1.shop~shop.svc.cluster.local");
    assertThat(server.requests(EDS).get(0).getResourceNamesList()).containsExactly("one");
  }

  @Test
  void oneBadClusterIsRefusedWithReasonWhileTheOthersAndItsLastGoodVersionServe() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    Any bad =
        Xds.pack(
            Xds.cluster("one").toBuilder()
                .setConnectTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(-1))
                .build());
    server.play(CDS, Map.of("one", bad, "two", Xds.pack(Xds.cluster("two"))));
    server.play(EDS, Map.of("one", eds("one", 1), "two", eds("two", 2)));
    await().until(() -> heard.last().clusters().containsKey("two"));
    assertThat(heard.last().clusters()).containsKey("one");
    assertThat(published("one")).isTrue();
    assertThat(heard.last().notApplied().toString())
        .contains("Cluster one", "connect_timeout", "Its last good version stays in use");
    DiscoveryRequest nack =
        server.requests(CDS).stream().filter(DiscoveryRequest::hasErrorDetail).findFirst().get();
    assertThat(nack.getErrorDetail().getMessage()).contains("one: connect_timeout");
    assertThat(nack.getVersionInfo()).isEqualTo(server.requests(CDS).get(1).getVersionInfo());
  }

  @Test
  void bytesThatAreNoResourceAreRefusedAndNothingIsLost() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    server.send(
        CDS,
        List.of(
            Any.newBuilder()
                .setTypeUrl(CDS)
                .setValue(ByteString.copyFromUtf8("\u0007zz"))
                .build()));
    await().until(() -> server.requests(CDS).stream().anyMatch(DiscoveryRequest::hasErrorDetail));
    assertThat(client().status().connected()).isTrue();
    assertThat(published("one")).isTrue();
  }

  @Test
  void oneBadRouteIsSetAsideAndItsSiblingsWork() {
    playOneHost();
    Route bad =
        Xds.route("bad", "/", "one").toBuilder()
            .setMatch(
                RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex("a(b")))
            .build();
    server.play(
        RDS,
        Map.of(
            "80",
            Xds.pack(Xds.table("80", Xds.host("a", "one").toBuilder().addRoutes(0, bad).build()))));
    client(b -> b);
    await().until(() -> published("one"));
    assertThat(heard.last().routes().get("80").virtualHosts().get(0).routes()).hasSize(1);
    assertThat(heard.last().notApplied().toString())
        .contains("Route bad of a in RouteConfiguration 80", "RE2");
    assertThat(server.requests(RDS)).noneMatch(DiscoveryRequest::hasErrorDetail);
  }

  @Test
  void equalContentIsNotPublishedAgain() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    int before = heard.snapshots.size();
    int acks = server.requests(CDS).size();
    server.play(CDS, Map.of("one", Xds.pack(Xds.cluster("one"))));
    server.play(EDS, Map.of("one", eds("one", 1000)));
    await().until(() -> server.requests(CDS).size() > acks);
    server.play(EDS, Map.of("one", eds("one", 1000, 1001)));
    await().until(() -> heard.snapshots.size() > before);
    assertThat(heard.snapshots).hasSize(before + 1);
    assertThat(heard.last().version()).isNotEqualTo(heard.snapshots.get(before - 1).version());
  }

  @Test
  void bareNamesOfTcpServicesFollowOurNamespaceAndOutliveEndpointChanges() {
    String db = "outbound|5432||db.shop.svc.cluster.local";
    server.play(LDS, Map.of("t", Xds.pack(Xds.tcpListener("0.0.0.0", 5432, db))));
    server.play(CDS, Map.of(db, Xds.pack(Xds.cluster(db))));
    server.play(EDS, Map.of(db, eds(db, 1000)));
    client(b -> b);
    await().until(() -> heard.last().names().containsKey("db"));
    MeshSnapshot before = heard.last();
    server.play(EDS, Map.of(db, eds(db, 7)));
    await().until(() -> heard.last() != before);
    assertThat(heard.last().names()).isEqualTo(before.names());
    client().announce(NodeFacts.of("i1", "web", "stock", "web", "127.0.0.1"));
    server.play(EDS, Map.of(db, eds(db, 8)));
    await().until(() -> !heard.last().names().containsKey("db"));
  }

  @Test
  void anEndpointChangeLeavesEverythingElseAsItIs() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    MeshSnapshot before = heard.last();
    server.play(EDS, Map.of("one", eds("one", 7)));
    await().until(() -> heard.last() != before);
    assertThat(heard.last().routes()).isSameAs(before.routes());
    assertThat(heard.last().clusters()).isSameAs(before.clusters());
    assertThat(heard.last().listeners()).isSameAs(before.listeners());
  }

  @Test
  void aClusterAndAListenerThatAreLeftOutAreGone() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    server.play(LDS, Map.of());
    await().until(() -> heard.last().listeners().isEmpty());
    assertThat(heard.last().routes()).isEmpty();
    server.play(CDS, Map.of());
    await().until(() -> heard.last().clusters().isEmpty());
  }

  @Test
  void aBrokenStreamIsReopenedAndTheConfigurationStays() {
    playOneHost();
    client(b -> b);
    await().until(() -> published("one"));
    int snapshots = heard.snapshots.size();
    server.breakStreams();
    await().until(() -> server.streamStarts.size() == 2);
    await().until(() -> client().status().connected());
    await()
        .until(
            () ->
                server.requests(EDS).stream().filter(r -> r.getResponseNonce().isEmpty()).count()
                    == 2);
    assertThat(heard.snapshots).hasSize(snapshots);
    assertThat(heard.log.toString()).contains("The last good configuration stays in use");
  }

  @Test
  void aServerThatDiesAndComesBackIsFoundAgain() throws Exception {
    playOneHost();
    int port = server.port();
    client(b -> b);
    await().until(() -> published("one"));
    server.close();
    await().until(() -> !client().status().connected());
    assertThat(client().status().lastError()).contains("stays in use");
    server = new ReplayServer(port, io.grpc.InsecureServerCredentials.create());
    open.add(server);
    playOneHost();
    await().until(() -> client().status().connected());
    assertThat(heard.last().clusters()).containsKey("one");
    await().until(() -> client().status().lastError() == null);
  }

  @Test
  void theSnapshotIsOnDiskAfterItWasPublishedAndServesTheNextStart(@TempDir Path dir) {
    playOneHost();
    Path file = dir.resolve("cache/snapshot");
    client(b -> b.snapshotFile(file));
    await().until(() -> published("one"));
    List<String> problems = new ArrayList<>();
    await().until(() -> heard.last().equals(SnapshotFile.read(file, problems::add)));
    assertThat(problems).isEmpty();

    // The next start has it as base: the same content from the server is nothing new.
    RecordingListener second = new RecordingListener();
    ControlClient again = ControlClient.start(config(b -> b.base(heard.last())), second);
    open.add(again);
    await().until(() -> again.status().connected());
    int acks = server.requests(RDS).size();
    server.play(EDS, Map.of("one", eds("one", 99)));
    await().until(() -> !second.snapshots.isEmpty());
    assertThat(second.snapshots).hasSize(1);
    assertThat(second.last().clusters()).containsKey("one");
    assertThat(server.requests(RDS).size()).isGreaterThanOrEqualTo(acks);
  }

  @Test
  void aCertificateIsIssuedAndRenewedAtHalfItsLifeWithANewKey() throws Exception {
    server.ca = new TestCa("spiffe://cluster.local/ns/shop/sa/web", Duration.ofSeconds(3));
    client(b -> b.certificates(true));
    await().until(() -> heard.identities.size() >= 3);
    assertThat(heard.identities.get(0).spiffeId())
        .isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
    assertThat(heard.identities.get(0).chain()).hasSize(2);
    assertThat(heard.identities.get(0).roots()).containsExactly(server.ca.root());
    assertThat(heard.identities.get(1).generation()).isEqualTo(2);
    assertThat(heard.identities.get(1).key()).isNotEqualTo(heard.identities.get(0).key());
    assertThat(client().status().certificateExpiry()).isNotNull();
    assertThat(client().status().lastError()).isNull();
  }

  @Test
  void aCaThatIsAwayIsAskedAgainAndTheOldCertificateStays() throws Exception {
    client(b -> b.certificates(true));
    await().until(() -> server.certificateRequests.size() >= 2);
    assertThat(client().status().lastError()).contains("the CA is away");
    assertThat(heard.identities).isEmpty();
    server.ca = new TestCa("spiffe://cluster.local/ns/shop/sa/web", Duration.ofHours(1));
    await().until(() -> heard.identities.size() == 1);
    assertThat(client().status().lastError()).isNull();
  }

  @Test
  void tlsToAPinnedRootCarriesTokenAndIdentityAndAWrongRootIsRefused() throws Exception {
    TestCa ca = new TestCa("spiffe://cluster.local/ns/shop/sa/web", Duration.ofHours(1));
    TestCa.ServerPem pem = ca.server();
    ReplayServer tls =
        new ReplayServer(
            0,
            TlsServerCredentials.newBuilder()
                .keyManager(
                    new ByteArrayInputStream(pem.chain().getBytes(StandardCharsets.US_ASCII)),
                    new ByteArrayInputStream(pem.key().getBytes(StandardCharsets.US_ASCII)))
                .build());
    open.add(tls);
    server = tls;
    playOneHost();
    String root = ca.rootPem();
    client(
        b ->
            b.token(() -> "secret-1\n")
                .security(new ControlClientConfig.Security.Tls(() -> root, null, true)));
    await().until(() -> published("one"));
    Metadata sent = server.headers.get(0);
    assertThat(sent.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("Bearer secret-1");
    assertThat(sent.get(Metadata.Key.of("weft-identity", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("ns/shop/sa/web");

    String other = new TestCa("spiffe://x/y", Duration.ofHours(1)).rootPem();
    RecordingListener second = new RecordingListener();
    ControlClient wrong =
        ControlClient.start(
            config(b -> b.security(new ControlClientConfig.Security.Tls(() -> other, null, true))),
            second);
    open.add(wrong);
    await().until(() -> wrong.status().lastError() != null);
    assertThat(wrong.status().connected()).isFalse();
    assertThat(second.snapshots).isEmpty();
  }

  @Test
  void plaintextBeyondLoopbackIsRefused() {
    ControlClient refused =
        ControlClient.start(
            ControlClientConfig.builder("192.0.2.1", 15010, facts()).build(), heard);
    open.add(refused);
    await().until(() -> refused.status().lastError() != null);
    assertThat(refused.status().lastError()).contains("plaintext", "TLS port");
  }

  @Test
  void anAgentAnnouncesItselfKeepsItsLeaseAndSaysGoodbye() {
    server.leaseSeconds = 1;
    client(b -> b.register(true).drainWait(Duration.ofMillis(50)));
    await().until(() -> client().status().registered());
    assertThat(server.registrations.get(0).getAnnounce().getInstanceId()).isEqualTo("i1");
    // Three beats need a lease; without them the fixed wait of Awaitility ends in failure.
    await().atMost(5, TimeUnit.SECONDS).until(() -> beats() >= 4);
    client().announce(facts().withPorts(List.of(new NodeFacts.Port(80, 8080, "http", "", true))));
    await()
        .until(
            () ->
                server.registrations.stream()
                    .anyMatch(r -> r.hasAnnounce() && r.getAnnounce().getPortsCount() == 1));
    client().close();
    await().until(() -> server.registrations.stream().anyMatch(r -> r.hasGoodbye()));
    int draining = -1;
    int goodbye = -1;
    for (int i = 0; i < server.registrations.size(); i++) {
      var r = server.registrations.get(i);
      if (r.hasHeartbeat() && r.getHeartbeat().getHealth() == Health.DRAINING && draining < 0) {
        draining = i;
      }
      if (r.hasGoodbye()) {
        goodbye = i;
      }
    }
    assertThat(draining).isNotNegative().isLessThan(goodbye);
  }

  @Test
  void aRegistrationIsRenewedAfterTheStreamBroke() {
    client(b -> b.register(true));
    await().until(() -> client().status().registered());
    server.breakStreams();
    await().until(() -> server.registrations.stream().filter(r -> r.hasAnnounce()).count() == 2);
    await().until(() -> client().status().registered());
  }

  @Test
  void theKillSwitchOfTheServerIsPassedOnWhenItChanges() {
    client(b -> b.register(true));
    await().until(() -> client().status().registered());
    assertThat(heard.enabled).isEmpty();
    server.enabled = false;
    server.answerRegistrations();
    await().until(() -> heard.enabled.equals(List.of(false)));
    server.answerRegistrations();
    server.enabled = true;
    server.answerRegistrations();
    await().until(() -> heard.enabled.equals(List.of(false, true)));
    assertThat(client().status().enabled()).isTrue();
  }

  @Test
  void aServerWithoutRegistrationIsLeftAlone() {
    server.registerOffered = false;
    playOneHost();
    client(b -> b.register(true));
    await().until(() -> published("one"));
    await().until(() -> heard.log.toString().contains("no registration service"));
    assertThat(server.registrations).isEmpty();
  }

  @Test
  void theStatusReachesTheServerWhenItChanges() {
    playOneHost();
    client(b -> b.register(true));
    client().report(new AgentReport(List.of(), true, "17", 3, "own-loader"));
    await()
        .until(
            () ->
                server.registrations.stream()
                    .anyMatch(
                        r ->
                            r.getHeartbeat().getStatus().getInternalErrors() == 3
                                && !r.getHeartbeat().getStatus().getConfigVersion().isEmpty()));
  }

  private long beats() {
    return server.registrations.stream().filter(r -> r.hasHeartbeat()).count();
  }

  private static dev.weft.model.RouteConfiguration none() {
    return new dev.weft.model.RouteConfiguration(
        "",
        List.of(),
        dev.weft.model.HeaderMutation.NONE,
        dev.weft.model.HeaderMutation.NONE,
        false);
  }

  private static Any eds(String name, int... ports) {
    return Xds.pack(Xds.endpoints(name, ports));
  }

  private void playOneHost() {
    server.play(LDS, Map.of("0.0.0.0_80", Xds.pack(Xds.listener(80))));
    server.play(RDS, Map.of("80", Xds.pack(Xds.table("80", Xds.host("a", "one")))));
    server.play(CDS, Map.of("one", Xds.pack(Xds.cluster("one"))));
    server.play(EDS, Map.of("one", eds("one", 1000)));
  }

  private boolean published(String cluster) {
    return heard.last().routes().getOrDefault("80", none()).virtualHosts().stream()
        .flatMap(h -> h.routes().stream())
        .anyMatch(
            r ->
                r.action() instanceof RouteAction.Forward f
                    && f.clusters().get(0).cluster().equals(cluster));
  }

  private static NodeFacts facts() {
    return NodeFacts.of("i1", "web", "shop", "web", "127.0.0.1");
  }

  private ControlClientConfig config(
      java.util.function.UnaryOperator<ControlClientConfig.Builder> change) {
    return change
        .apply(
            ControlClientConfig.builder("127.0.0.1", server.port(), facts())
                .certificates(false)
                .register(false)
                .drainWait(Duration.ofMillis(10))
                .reconnect(Duration.ofMillis(50), Duration.ofMillis(400)))
        .build();
  }

  private ControlClient started;

  private void client(java.util.function.UnaryOperator<ControlClientConfig.Builder> change) {
    started = ControlClient.start(config(change), heard);
    open.add(started);
  }

  private ControlClient client() {
    return started;
  }
}

package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.client.ControlClient;
import dev.weft.client.ControlClientConfig;
import dev.weft.client.Listener;
import dev.weft.client.NodeFacts;
import dev.weft.control.compile.Mesh;
import dev.weft.control.source.DocumentParser;
import dev.weft.model.InboundListener;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's own control client against the real server, over TLS. */
class RealAgentTest {
  private static final String CLUSTER = "outbound|80||catalog.default.svc.cluster.local";
  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: catalog}
      spec: {selector: {matchLabels: {app: catalog}}, mtls: {mode: %s}}
      """;

  @TempDir Path data;
  private ControlServer server;

  private static final class Seen implements Listener {
    volatile MeshSnapshot snapshot = MeshSnapshot.EMPTY;
    volatile SvidMaterial identity;
    volatile boolean enabled = true;
    final Queue<String> log = new ConcurrentLinkedQueue<>();

    @Override
    public void snapshot(MeshSnapshot next) {
      snapshot = next;
    }

    @Override
    public void identity(SvidMaterial next) {
      identity = next;
    }

    @Override
    public void enabled(boolean on) {
      enabled = on;
    }

    @Override
    public void log(System.Logger.Level level, String message) {
      log.add(level + " " + message);
    }
  }

  @BeforeEach
  void start() throws Exception {
    start(0);
  }

  private void start(int port) throws Exception {
    server =
        ControlServer.start(
            new ServerOptions(
                data,
                port,
                -1,
                0,
                "127.0.0.1",
                List.of(),
                Duration.ofSeconds(5),
                Duration.ofHours(1),
                Mesh.Settings.DEFAULT));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ControlClient agent(NodeFacts facts, Seen seen) {
    return ControlClient.start(
        ControlClientConfig.builder("localhost", server.adsPort(), facts)
            .security(
                new ControlClientConfig.Security.Tls(
                    () -> read(data.resolve("root.pem")), null, true))
            .token(() -> read(data.resolve("join-token")).strip())
            .build(),
        seen);
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static NodeFacts catalog(boolean tls) {
    return NodeFacts.of("catalog-1", "catalog", "default", "catalog", "127.0.0.1")
        .withPorts(List.of(new NodeFacts.Port(80, 18081, "http", "http", tls)));
  }

  private void apply(String yaml) throws Exception {
    List<String> any = new ArrayList<>();
    any.add(null);
    server.store().put(DocumentParser.parse(yaml, "test").documents(), any);
  }

  @Test
  void anAgentJoinsIsKnownToOthersGetsItsIdentityAndFollowsPolicy() throws Exception {
    Seen served = new Seen();
    Seen calling = new Seen();
    try (ControlClient catalog = agent(catalog(true), served);
        ControlClient web =
            agent(NodeFacts.of("web-1", "web", "default", "web", "127.0.0.1"), calling)) {
      await()
          .untilAsserted(
              () -> {
                assertThat(served.identity).as("%s", served.log).isNotNull();
                assertThat(served.identity.spiffeId())
                    .isEqualTo("spiffe://cluster.local/ns/default/sa/catalog");
                assertThat(served.snapshot.inbound()).containsKey(18081);
                assertThat(calling.snapshot.assignments()).containsKey(CLUSTER);
              });
      assertThat(served.snapshot.inbound().get(18081).mode())
          .isEqualTo(InboundListener.Mode.PERMISSIVE);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          calling.snapshot.assignments().get(CLUSTER).localities().stream()
                              .flatMap(l -> l.endpoints().stream()))
                      .singleElement()
                      .satisfies(
                          endpoint -> {
                            assertThat(endpoint.port()).isEqualTo(18081);
                            assertThat(endpoint.meshTls()).isTrue();
                          }));
      assertThat(calling.snapshot.notApplied()).isEmpty();
      assertThat(served.snapshot.notApplied()).isEmpty();

      apply(STRICT.formatted("STRICT"));
      await()
          .until(() -> served.snapshot.inbound().get(18081).mode() == InboundListener.Mode.STRICT);
      apply(STRICT.formatted("DISABLE"));
      await()
          .until(
              () ->
                  calling.snapshot.assignments().get(CLUSTER).localities().stream()
                      .flatMap(l -> l.endpoints().stream())
                      .noneMatch(endpoint -> endpoint.meshTls()));
      await()
          .untilAsserted(
              () ->
                  assertThat(server.loop().states().get())
                      .hasSize(2)
                      .allSatisfy(
                          state ->
                              assertThat(state.types().values())
                                  .allSatisfy(type -> assertThat(type.inSync()).isTrue())));
    }
    await().until(() -> server.registry().instances().isEmpty());
  }

  @Test
  void anAgentComesBackToARestartedServerWithoutLosingConfiguration() throws Exception {
    Seen seen = new Seen();
    try (ControlClient catalog = agent(catalog(false), seen)) {
      await().until(() -> seen.snapshot.assignments().containsKey(CLUSTER));
      int port = server.adsPort();
      server.close();
      start(port);
      assertThat(server.registry().instances()).hasSize(1);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertThat(server.loop().states().get()).as("%s", seen.log).hasSize(1);
                assertThat(server.registry().instances().get(0).connected()).isTrue();
              });
      assertThat(seen.snapshot.assignments()).containsKey(CLUSTER);
    }
  }
}

package dev.weft.smoke.harm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.ControlServer;
import dev.weft.control.ServerOptions;
import dev.weft.control.compile.Mesh;
import dev.weft.smoke.ForkedJvm;
import dev.weft.smoke.Jars;
import dev.weft.smoke.harm.app.PeerFaults;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other service meshes in a Java agent were measured to do wrong; each is a test here. */
@Tag("harm")
class PeersFaultsTest {
  /** A peer waits 7 s for a server that is down; a JVM on a busy machine needs 1 to 2. */
  private static final long MAIN_MILLIS = 5_000;

  /**
   * Bytes: one link of the library's own chain per call, of a class of the library, that every
   * interceptor costs. Boxed arguments and a look-up by a built string would cost hundreds.
   */
  private static final long CHAIN_LINK = 64;

  @TempDir Path directory;
  private HarmServer server;
  private Socket refused;

  @BeforeEach
  void start() throws Exception {
    server = new HarmServer();
    refused = new Socket();
    refused.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    refused.close();
  }

  @Test
  void aRefusedConnectionKeepsItsExceptionAndItsMessage() throws Exception {
    String url = "http://127.0.0.1:" + refused.getLocalPort() + "/";
    String without = own().main(PeerFaults.class, "call", url).out();
    assertThat(without.lines()).hasSize(4).allMatch(line -> line.contains("ConnectException"));
    assertThat(joined(own()).main(PeerFaults.class, "call", url).out()).isEqualTo(without);
  }

  static List<Path> jdks() throws Exception {
    return ForkedJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void requestsOfTheJdkClientAreBuiltAsWithoutTheAgent(Path jdk) throws Exception {
    String without = on(jdk).main(PeerFaults.class, "build", url("/ok")).out();
    assertThat(without.lines()).hasSize(4);
    assertThat(joined(on(jdk)).main(PeerFaults.class, "build", url("/ok")).out())
        .isEqualTo(without);
  }

  @Test
  void aControlServerThatNeverAnswersDelaysNeitherMainNorAnyClass() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      ForkedJvm.Result result =
          joined(own())
              .environment("WEFT_CONTROL", "http://127.0.0.1:" + silent.getLocalPort())
              .environment("WEFT_WAIT", "500ms")
              .main(PeerFaults.class, "start", url("/ok"));
      assertThat(result.err()).doesNotContain("could not start");
      List<String> lines = result.out().lines().toList();
      assertThat(lines.get(0)).startsWith("main after ");
      assertThat(Long.parseLong(lines.get(0).substring("main after ".length())))
          .isLessThan(MAIN_MILLIS);
      assertThat(lines.subList(1, lines.size()))
          .hasSize(4)
          .allMatch(line -> line.contains(": 200 "));
    }
  }

  /** Nobody registers; the host and its rules are documents alone. */
  @Test
  void rulesForAHostThatNobodyRegisteredAreApplied() throws Exception {
    Path data = directory.resolve("control");
    Files.createDirectories(data.resolve("config"));
    Files.writeString(data.resolve("config/payments.yaml"), rules(server.port()));
    ServerOptions options =
        new ServerOptions(
            data,
            0,
            0,
            0,
            "127.0.0.1",
            List.of(),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Mesh.Settings.DEFAULT);
    try (ControlServer control = ControlServer.start(options)) {
      ForkedJvm.Result result =
          joined(own())
              .environment("WEFT_CONTROL", "http://127.0.0.1:" + control.plaintextPort())
              .environment("WEFT_TOKEN", control.tokens().joinToken())
              .environment("WEFT_WAIT", "20s")
              .main(PeerFaults.class, "call", "http://payments.example/old");
      assertThat(result.out().lines())
          .as(result.err())
          .hasSize(4)
          .allMatch(line -> line.contains(": 200 "));
    }
    assertThat(server.seen()).contains("GET /chunked HTTP/1.1").doesNotContain("/old");
  }

  @Test
  void aCallThatNoRuleGovernsAllocatesNothingOfOurs() throws Exception {
    Map<String, Long> without = bytes(own());
    PassThrough.cache(directory, false, refused.getLocalPort());
    Map<String, Long> ungoverned = bytes(joined(own()));
    PassThrough.cache(directory, false, server.port());
    Map<String, Long> governed = bytes(joined(own()));

    assertThat(ungoverned.get("url")).isLessThanOrEqualTo(without.get("url") + 8);
    assertThat(ungoverned.get("hc5")).isLessThanOrEqualTo(without.get("hc5") + CHAIN_LINK);
    // The measure would show it: a governed call does allocate.
    assertThat(governed.get("url")).isGreaterThan(without.get("url") + CHAIN_LINK);
    assertThat(governed.get("hc5")).isGreaterThan(without.get("hc5") + CHAIN_LINK);
  }

  @Test
  void oneJarIsTheWholeAgent() throws Exception {
    Path alone = Files.createDirectory(directory.resolve("alone"));
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Path jar = Files.copy(Jars.agent(), alone.resolve("weft-agent.jar"));
    PassThrough.cache(directory, false, server.port());
    Path log = directory.resolve("access.log");
    ForkedJvm.Result result =
        environment(own().flag("-javaagent:" + jar))
            .flag("-Djava.io.tmpdir=" + temporary)
            .environment("WEFT_ACCESS_LOG", log.toString())
            .main(PeerFaults.class, "call", url("/ok"));
    assertThat(result.out().lines()).hasSize(4).allMatch(line -> line.contains(": 200 "));
    assertThat(Files.readAllLines(log)).hasSize(4);
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".jar"))).containsExactly(jar);
    }
  }

  private static String rules(int port) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: payments, namespace: default}
        spec:
          hosts: [payments.example]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports:
          - {number: 80, name: http, protocol: HTTP}
          endpoints:
          - {address: 127.0.0.1, ports: {http: %d}}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: payments, namespace: default}
        spec:
          hosts: [payments.example]
          http:
          - match: [{uri: {exact: /old}}]
            rewrite: {uri: /chunked}
            route: [{destination: {host: payments.example}}]
        """
        .formatted(port);
  }

  private Map<String, Long> bytes(ForkedJvm jvm) throws Exception {
    ForkedJvm.Result result =
        jvm.flag("-XX:TieredStopAtLevel=1").main(PeerFaults.class, "allocate", url("/ok"));
    Function<String, String> name = line -> line.substring(0, line.indexOf('='));
    return result
        .out()
        .lines()
        .collect(
            Collectors.toMap(
                name, line -> Long.parseLong(line.substring(line.indexOf('=') + 1).strip())));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  private static ForkedJvm own() {
    return on(Path.of(System.getProperty("java.home")));
  }

  private static ForkedJvm on(Path jdk) {
    return ForkedJvm.of(jdk).libraries();
  }

  private ForkedJvm joined(ForkedJvm jvm) {
    return environment(jvm.agent());
  }

  /** In a mesh whose control server is down. */
  private ForkedJvm environment(ForkedJvm jvm) {
    return jvm.environment("WEFT_CONTROL", "http://127.0.0.1:" + refused.getLocalPort())
        .environment("WEFT_CACHE_DIR", directory.toString())
        .environment("WEFT_ADMIN", "off");
  }
}

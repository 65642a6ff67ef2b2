package dev.weft.smoke.harm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.smoke.ForkedJvm;
import dev.weft.smoke.Jars;
import dev.weft.smoke.harm.app.GrpcCase;
import dev.weft.smoke.harm.app.Shape;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same application with and without {@code weft-agent.jar}, request by request: every outcome
 * must be one that also comes without the agent. A case whose outcome depends on timing is repeated
 * on both sides before it counts as a difference.
 */
@Tag("harm")
class DoNoHarmTest {
  /** Shapes at the start of the list that vary the method alone. */
  private static final int METHODS = 7;

  private static final List<String> CLIENTS = List.of("jdk", "jdk-async", "url", "hc5");

  private final Path java = Path.of(System.getProperty("java.home"));
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
  void thereAreEnoughShapes() {
    assertThat(Shape.all().size() * CLIENTS.size()).isGreaterThanOrEqualTo(150);
    assertThat(Shape.all()).extracting(Shape::name).doesNotHaveDuplicates();
  }

  @Test
  void withTheAgentAndNoPolicyNothingDiffers() throws Exception {
    try (HarmJvm without = jvm(List.of(), Map.of());
        HarmJvm with = jvm(List.of("-javaagent:" + Jars.agent()), joined())) {
      assertThat(differences(without, with, Shape.all().size())).isEmpty();
      assertThat(with.errors()).doesNotContain("could not start", "Not governed");
    }
  }

  @Test
  void aPolicyThatChangesNothingDiffersOnlyWhereTheTableSaysWhy() throws Exception {
    PassThrough.cache(directory, false, server.port(), refused.getLocalPort());
    Path log = directory.resolve("access.log");
    Map<String, String> environment = joined();
    environment.put("WEFT_ACCESS_LOG", log.toString());
    try (HarmJvm without = jvm(List.of(), Map.of());
        HarmJvm with = jvm(List.of("-javaagent:" + Jars.agent()), environment)) {
      Map<String, String> differences = differences(without, with, Shape.all().size());
      assertThat(differences.keySet())
          .as("%s", differences)
          .containsExactlyInAnyOrderElementsOf(KnownDifferences.cases("/harm/pass-through.tsv"));
      assertThat(with.errors()).doesNotContain("could not start", "Not governed");
    }
    try (Stream<String> calls = Files.lines(log)) {
      assertThat(calls.count())
          .as("calls that the mesh governed")
          .isGreaterThan((long) Shape.all().size() * CLIENTS.size());
    }
  }

  @Test
  void grpcCallsDifferInNothing() throws Exception {
    List<String> cases = Arrays.stream(GrpcCase.values()).map(Enum::name).toList();
    try (GrpcHarmServer grpc = new GrpcHarmServer();
        HarmJvm without = jvm(java, grpc, List.of(), Map.of());
        HarmJvm noPolicy = jvm(java, grpc, List.of("-javaagent:" + Jars.agent()), joined())) {
      assertThat(Comparison.of(without, noPolicy, List.of("grpc"), cases)).isEmpty();
      PassThrough.cache(directory, true, grpc.port(), refused.getLocalPort());
      Path log = directory.resolve("access.log");
      Map<String, String> environment = joined();
      environment.put("WEFT_ACCESS_LOG", log.toString());
      try (HarmJvm governed = jvm(java, grpc, List.of("-javaagent:" + Jars.agent()), environment)) {
        Map<String, String> differences = Comparison.of(without, governed, List.of("grpc"), cases);
        assertThat(differences.keySet())
            .as("%s", differences)
            .containsExactlyInAnyOrderElementsOf(
                KnownDifferences.cases("/harm/pass-through-grpc.tsv"));
      }
      assertThat(log).content().contains("harm.Echo/Unary", "harm.Echo/Stream");
    }
  }

  static List<Path> newerJdks() throws Exception {
    List<Path> jdks = ForkedJvm.jdks();
    return jdks.subList(1, jdks.size());
  }

  /** With a policy that changes nothing, so that all of our code is in the way. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("newerJdks")
  void onANewerJdkNothingDiffersEither(Path jdk) throws Exception {
    PassThrough.cache(directory, false, server.port(), refused.getLocalPort());
    try (HarmJvm without = jvm(jdk, server, List.of(), Map.of());
        HarmJvm with = jvm(jdk, server, List.of("-javaagent:" + Jars.agent()), joined())) {
      assertThat(differences(without, with, 25)).isEmpty();
      assertThat(with.errors()).doesNotContain("could not start", "Not governed");
    }
  }

  @Test
  void aPlantedDifferenceIsFound() throws Exception {
    try (HarmJvm without = jvm(List.of(), Map.of());
        HarmJvm with = jvm(List.of(), Map.of(), "plant")) {
      assertThat(differences(without, with, METHODS))
          .containsOnlyKeys(
              CLIENTS.stream().map(client -> client + " DELETE none ok - x1").toList());
    }
  }

  /** Configuration of an agent that is in a mesh whose control server is down. */
  private Map<String, String> joined() {
    Map<String, String> environment = new HashMap<>();
    environment.put("WEFT_CONTROL", "http://127.0.0.1:" + refused.getLocalPort());
    environment.put("WEFT_CACHE_DIR", directory.toString());
    environment.put("WEFT_ADMIN", "off");
    return environment;
  }

  private HarmJvm jvm(List<String> flags, Map<String, String> environment, String... arguments)
      throws Exception {
    return jvm(java, server, flags, environment, arguments);
  }

  private HarmJvm jvm(
      Path jdk, Wire wire, List<String> flags, Map<String, String> environment, String... arguments)
      throws Exception {
    return new HarmJvm(jdk, wire, refused.getLocalPort(), flags, environment, arguments);
  }

  private static Map<String, String> differences(HarmJvm without, HarmJvm with, int shapes)
      throws Exception {
    return Comparison.of(
        without, with, CLIENTS, Shape.all().stream().map(Shape::name).limit(shapes).toList());
  }
}

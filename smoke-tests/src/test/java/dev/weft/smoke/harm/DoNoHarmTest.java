package dev.weft.smoke.harm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.smoke.harm.app.Shape;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same application with and without {@code weft-agent.jar}, request by request: every outcome
 * must be one that also comes without the agent. A case whose outcome depends on timing is repeated
 * on both sides before it counts as a difference.
 */
@Tag("harm")
class DoNoHarmTest {
  private static final int REPEATS = 4;
  private static final List<String> CLIENTS = List.of("jdk", "jdk-async", "url", "hc5");

  private final Path java = Path.of(System.getProperty("java.home"));
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
        HarmJvm with = jvm(List.of("-javaagent:" + agent()), Map.of())) {
      assertThat(differences(without, with)).isEmpty();
      assertThat(with.errors()).doesNotContain("could not start", "Not governed");
    }
  }

  @Test
  void aPlantedDifferenceIsFound() throws Exception {
    try (HarmJvm without = jvm(List.of(), Map.of());
        HarmJvm with = jvm(List.of(), Map.of(), "plant")) {
      assertThat(differences(without, with))
          .hasSize(CLIENTS.size())
          .allMatch(difference -> difference.contains("DELETE none ok"));
    }
  }

  private HarmJvm jvm(List<String> flags, Map<String, String> environment, String... arguments)
      throws Exception {
    return new HarmJvm(java, server, refused.getLocalPort(), flags, environment, arguments);
  }

  private static List<String> differences(HarmJvm without, HarmJvm with) throws Exception {
    List<String> found = new ArrayList<>();
    List<Shape> shapes = Shape.all();
    for (String client : CLIENTS) {
      for (int i = 0; i < shapes.size(); i++) {
        Set<String> expected = new HashSet<>(List.of(without.observe(client, i)));
        String seen = with.observe(client, i);
        for (int n = 0; n < REPEATS && !expected.contains(seen); n++) {
          expected.add(without.observe(client, i));
          seen = with.observe(client, i);
        }
        if (!expected.contains(seen)) {
          found.add(
              client + " " + shapes.get(i).name() + "\nwith: " + seen + "\nwithout: " + expected);
        }
      }
    }
    return found;
  }

  private static Path agent() throws Exception {
    Path classes =
        Path.of(DoNoHarmTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar =
        classes
            .getParent()
            .getParent()
            .getParent()
            .resolve("javaagent/agent/target/weft-agent.jar");
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + " is missing. Build it: mvn -DskipTests package");
    }
    return jar;
  }
}

package dev.weft.smoke.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.smoke.mesh.SmallMesh.App;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mesh that is switched off, whose policy changes, whose control server goes away. One mesh for
 * all, in this order; the last ones leave it without a control server.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DegradedStartTest {
  private static final String MODE =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: catalog}
      spec: {selector: {matchLabels: {app: catalog}}, mtls: {mode: %s}}
      """;
  private static final String UNKNOWN_HOST = ConnectException.class.getName();

  @TempDir static Path directory;
  private static SmallMesh mesh;
  private static App web;
  private static App catalog;

  @BeforeAll
  static void start() throws Exception {
    mesh = new SmallMesh(directory);
    mesh.startControl();
    catalog = mesh.app("catalog", Map.of());
    web = mesh.app("web", Map.of());
    catalog.jvm().says("ready");
    web.jvm().says("ready");
    mesh.awaitEndpoint(web, "catalog", true);
  }

  @AfterAll
  static void stop() throws Exception {
    mesh.close();
  }

  private static String callByName(App from) throws Exception {
    return from.call("http://catalog/echo");
  }

  private static String plaintext(App to) {
    try {
      return to.get("/echo");
    } catch (Exception e) {
      return e.getClass().getSimpleName();
    }
  }

  private static long millisToMain(App app) throws Exception {
    Matcher said = Pattern.compile("main after (\\d+) ms").matcher(app.jvm().output());
    assertThat(said.find()).isTrue();
    return Long.parseLong(said.group(1));
  }

  @Test
  @Order(1)
  void withoutAnExporterATraceThatCameInGoesOutAgain() throws Exception {
    String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String url = java.net.URLEncoder.encode("http://catalog/echo", StandardCharsets.UTF_8);
    assertThat(web.get("/call?url=" + url, "traceparent", parent))
        .isEqualTo("200 traceparent=" + parent);
  }

  @Test
  @Order(2)
  void permissiveTakesPlaintextAndStrictRefusesIt() throws Exception {
    assertThat(plaintext(catalog)).startsWith("traceparent=");
    assertThat(callByName(web)).startsWith("200 ");
    mesh.apply(MODE.formatted("STRICT"));
    await().untilAsserted(() -> assertThat(plaintext(catalog)).doesNotContain("traceparent="));
    assertThat(callByName(web)).startsWith("200 ");
    mesh.apply(MODE.formatted("PERMISSIVE"));
    await().untilAsserted(() -> assertThat(plaintext(catalog)).startsWith("traceparent="));
  }

  @Test
  @Order(3)
  void theKillSwitchOfTheControlServerTakesTheMeshOutAndBack() throws Exception {
    mesh.weft("disable", "web");
    await().untilAsserted(() -> assertThat(callByName(web)).isEqualTo(UNKNOWN_HOST));
    assertThat(web.call("http://127.0.0.1:" + catalog.port() + "/echo")).startsWith("200 ");
    mesh.weft("enable", "web");
    await().untilAsserted(() -> assertThat(callByName(web)).startsWith("200 "));
  }

  @Test
  @Order(5)
  void aPortThatIsStrictStaysStrictWhileTheMeshIsSwitchedOff() throws Exception {
    mesh.apply(MODE.formatted("STRICT"));
    await().untilAsserted(() -> assertThat(plaintext(catalog)).doesNotContain("traceparent="));
    assertThat(RunningJvm.post(catalog.admin(), "/disable")).isEqualTo("disabled\n");
    assertThat(plaintext(catalog)).doesNotContain("traceparent=");
    assertThat(callByName(web)).startsWith("200 ");
    assertThat(RunningJvm.post(catalog.admin(), "/enable")).isEqualTo("enabled\n");
  }

  @Test
  @Order(4)
  void theKillSwitchOfTheAdminEndpointTakesTheMeshOutAndBack() throws Exception {
    assertThat(web.admin("/disable")).contains("Use POST");
    assertThat(callByName(web)).startsWith("200 ");
    assertThat(RunningJvm.post(web.admin(), "/disable")).isEqualTo("disabled\n");
    assertThat(callByName(web)).isEqualTo(UNKNOWN_HOST);
    assertThat(RunningJvm.post(web.admin(), "/enable")).isEqualTo("enabled\n");
    assertThat(callByName(web)).startsWith("200 ");
  }

  @Test
  @Order(6)
  void whenTheControlServerGoesAwayCallsGoOn() throws Exception {
    mesh.apply(MODE.formatted("DISABLE"));
    mesh.awaitEndpoint(web, "catalog", false);
    mesh.stopControl();
    for (int i = 0; i < 10; i++) {
      assertThat(callByName(web)).startsWith("200 ");
      assertThat(web.call("http://web/echo")).as("to itself, by mutual TLS").startsWith("200 ");
    }
  }

  @Test
  @Order(7)
  void withoutControlServerAnApplicationStartsFromWhatItKnewAndReachesPlaintextPeers()
      throws Exception {
    web.jvm().close();
    App again = mesh.app("web", Map.of());
    again.jvm().says("ready");
    // No certificate can be had: what takes plaintext is served, what takes mutual TLS is refused.
    assertThat(callByName(again)).startsWith("200 ");
    assertThat(again.call("http://web/echo")).startsWith("503 weft: no identity yet");
  }

  @Test
  @Order(8)
  void withoutControlServerAndWithNothingKnownAnApplicationStartsAndCallsAtOnce() throws Exception {
    long start = System.nanoTime();
    App fresh = mesh.app("fresh", Map.of("WEFT_WAIT", "60s"));
    fresh.jvm().says("ready");
    App none = mesh.withoutAgent("none");
    none.jvm().says("ready");
    assertThat(millisToMain(fresh)).isLessThan(millisToMain(none) + 1_000);
    assertThat(fresh.call("http://127.0.0.1:" + catalog.port() + "/echo")).startsWith("200 ");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("start and first call, though a first call may wait 60 s for configuration")
        .isLessThan(Duration.ofSeconds(30));
    assertThat(fresh.jvm().output()).contains("[weft] WARN");
  }
}

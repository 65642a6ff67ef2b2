package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.ControlServer;
import dev.weft.control.ServerOptions;
import dev.weft.control.compile.Mesh;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against a real server over real sockets. */
class CommandLineTest {
  private static final String SHOP =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: catalog}
      spec:
        hosts: [catalog.default.svc.cluster.local]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints:
        - {address: 127.0.0.11, serviceAccount: catalog, labels: {version: v1}}
        - {address: 127.0.0.12, labels: {version: v2}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog}
      spec:
        host: catalog
        subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog}
      spec:
        hosts: [catalog]
        http:
        - name: testers
          match: [{headers: {x-tester: {exact: "yes"}}}]
          route: [{destination: {host: catalog, subset: v2}}]
        - name: all
          route: [{destination: {host: catalog, subset: v1}}]
      """;

  @TempDir Path data;
  @TempDir Path work;
  private ControlServer server;

  private record Result(int exit, String out, String err) {
    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        ControlServer.start(
            new ServerOptions(
                data,
                0,
                -1,
                0,
                "127.0.0.1",
                List.of(),
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                Mesh.Settings.DEFAULT));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Result weft(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--server");
    all.add("http://127.0.0.1:" + server.restPort());
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int exit = Main.run(all.toArray(new String[0]));
      return new Result(
          exit,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Path file(String text) throws Exception {
    return Files.writeString(work.resolve("f" + text.hashCode() + ".yaml"), text);
  }

  @Test
  void documentsAreAppliedListedShownAndDeleted() throws Exception {
    assertThat(weft("apply", "-f", file(SHOP).toString()).exit()).isZero();
    assertThat(weft("get").out().lines()).hasSize(4);
    Result shown = weft("get", "virtualservice", "catalog");
    assertThat(shown.out()).contains("resourceVersion:").contains("x-tester:");
    Result again = weft("apply", "-f", file(shown.out()).toString(), "-o", "json");
    assertThat(again.json().at("/applied/0/result").asText()).isEqualTo("unchanged");

    String stale = shown.out().replaceFirst("resourceVersion: .*", "resourceVersion: \"1\"");
    Result refused = weft("apply", "-f", file(stale).toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("Nothing was changed");

    assertThat(weft("delete", "virtualservice", "catalog").exit()).isZero();
    assertThat(weft("delete", "virtualservice", "catalog").exit()).isEqualTo(1);
  }

  @Test
  void aRefusedDocumentChangesNothingAndNamesTheField() throws Exception {
    Result result = weft("apply", "-f", file(SHOP.replace("subsets:", "subset:")).toString());
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("WFT201", "DestinationRule default/catalog", "spec.subset", "mean subsets?");
    assertThat(server.store().documents()).isEmpty();
  }

  @Test
  void aMissingSubsetIsAWarning() throws Exception {
    Result result = weft("apply", "-f", file(SHOP.replace("subset: v2", "subset: v3")).toString());
    assertThat(result.exit()).isZero();
    assertThat(result.err()).contains("WFT303", "'v3'");
  }

  @Test
  void explainFollowsTheHeaderAndTheTlsOfTheEndpoints() throws Exception {
    weft("apply", "-f", file(SHOP).toString());
    JsonNode all = weft("explain", "--from", "web", "GET", "http://catalog/x", "-o", "json").json();
    assertThat(all.path("route").asText()).startsWith("all");
    assertThat(all.at("/clusters/0/candidates/0/address").asText()).isEqualTo("127.0.0.11:80");
    assertThat(all.at("/clusters/0/candidates/0/mutualTls").asBoolean()).isTrue();
    JsonNode tester =
        weft(
                "explain",
                "--from",
                "web",
                "GET",
                "http://catalog/x",
                "-H",
                "X-Tester: yes",
                "-o",
                "json")
            .json();
    assertThat(tester.path("route").asText()).startsWith("testers");
    assertThat(tester.at("/clusters/0/candidates/0/mutualTls").asBoolean()).isFalse();
    JsonNode outside =
        weft("explain", "--from", "web", "GET", "http://example.com/", "-o", "json").json();
    assertThat(outside.path("governed").asBoolean()).isFalse();
  }

  @Test
  void statusTokensAndServicesAnswerInJsonToo() throws Exception {
    weft("apply", "-f", file(SHOP).toString());
    assertThat(weft("status", "-o", "json").json().path("instances").isArray()).isTrue();
    assertThat(weft("get", "services", "-o", "json").json().path("services")).hasSize(1);
    String token = weft("token", "-o", "json").json().path("token").asText();
    assertThat(server.tokens().check(token)).isNotNull();
    assertThat(weft("disable", "catalog", "-o", "json").json().at("/disabled/0").asText())
        .isEqualTo("default/catalog");
  }

  @Test
  void wrongUsageIsAnotherExitCodeThanAFailure() {
    assertThat(weft("apply").exit()).isEqualTo(2);
    server.close();
    Result down = weft("status");
    assertThat(down.exit()).isEqualTo(1);
    assertThat(down.err()).contains("weft up");
  }
}

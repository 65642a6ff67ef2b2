package dev.weft.smoke.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.smoke.mesh.SmallMesh.App;
import dev.weft.smoke.mesh.SpanCollector.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Calls between two JVMs are seen: metrics, status, spans and access log say the same. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeenTest {
  private static final String RETRY =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog}
      spec:
        hosts: [catalog]
        http:
        - route: [{destination: {host: catalog}}]
          retries: {attempts: 2, retryOn: 5xx}
      """;

  @TempDir static Path directory;
  private static SmallMesh mesh;
  private static SpanCollector collector;
  private static App web;
  private static App catalog;

  @BeforeAll
  static void start() throws Exception {
    mesh = new SmallMesh(directory);
    collector = new SpanCollector();
    mesh.startControl();
    mesh.apply(RETRY);
    Map<String, String> traced =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            collector.endpoint(),
            "WEFT_ACCESS_LOG",
            directory.resolve("catalog.log").toString());
    catalog = mesh.app("catalog", traced);
    web =
        mesh.app(
            "web",
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.endpoint(),
                "WEFT_ACCESS_LOG",
                directory.resolve("web.log").toString()),
            foreignDriver());
    catalog.jvm().says("ready");
    web.jvm().says("ready");
    mesh.awaitEndpoint(web, "catalog", true);
    for (int i = 0; i < 5; i++) {
      assertThat(web.call("http://catalog/echo?secret=1")).startsWith("200 traceparent=00-");
    }
    assertThat(web.call("http://catalog/fail-once")).startsWith("200 ");
  }

  /** A class that has the name of a known one and nothing else of it. */
  private static String foreignDriver() throws Exception {
    Path source = directory.resolve("PGStream.java");
    Files.writeString(source, "package org.postgresql.core; public class PGStream {}");
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null, null, null, "-d", directory.resolve("classes").toString(), source.toString());
    assertThat(failed).isZero();
    return "org.postgresql.core.PGStream";
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      mesh.close();
    } finally {
      collector.close();
    }
  }

  @Test
  @Order(1)
  void bothSidesCountEveryCallOnceWithMutualTls() throws Exception {
    await()
        .untilAsserted(
            () ->
                assertThat(web.metric("istio_requests_total"))
                    .filteredOn(line -> line.contains("reporter=\"source\""))
                    .singleElement()
                    .satisfies(
                        line ->
                            assertThat(line)
                                .endsWith(" 6.0")
                                .contains("connection_security_policy=\"mutual_tls\"")
                                .contains("destination_workload=\"catalog\"")
                                .contains("response_code=\"200\"")));
    assertThat(catalog.metric("istio_requests_total"))
        .hasSize(2)
        .allMatch(
            line ->
                line.contains("reporter=\"destination\"")
                    && line.contains("connection_security_policy=\"mutual_tls\"")
                    && line.contains(
                        "source_principal=\"spiffe://cluster.local/ns/default/sa/web\""))
        .anyMatch(line -> line.contains("response_code=\"200\"") && line.endsWith(" 6.0"))
        .anyMatch(line -> line.contains("response_code=\"503\"") && line.endsWith(" 1.0"));
    assertThat(web.metric("istio_requests_total"))
        .filteredOn(line -> line.contains("reporter=\"destination\""))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .endsWith(" 6.0")
                    .contains("connection_security_policy=\"none\"")
                    .contains("source_principal=\"unknown\""));
  }

  @Test
  void statusShowsConfigurationCertificateAndLibraries() throws Exception {
    JsonNode instances = mesh.status().path("instances");
    assertThat(instances).hasSize(2);
    for (JsonNode row : instances) {
      assertThat(row.path("connected").asBoolean()).as("%s", row).isTrue();
      assertThat(row.path("configVersion").asText()).as("%s", row).isNotEmpty();
      assertThat(row.path("internalErrors").asInt()).as("%s", row).isZero();
      assertThat(Instant.parse(row.path("certificateExpiry").asText()))
          .isAfter(Instant.now().plus(Duration.ofHours(20)));
      assertThat(row.path("libraries"))
          .as("%s", row)
          .anyMatch(
              library ->
                  library
                          .path("name")
                          .asText()
                          .toLowerCase(java.util.Locale.ROOT)
                          .contains("tomcat")
                      && library.path("governed").asBoolean());
    }
    assertThat(mesh.weft("status")).contains("not governed: ");
    assertThat(instances)
        .filteredOn(row -> row.path("service").asText().equals("web"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.path("libraries"))
                    .as("%s", row)
                    .filteredOn(library -> !library.path("governed").asBoolean())
                    .singleElement()
                    .satisfies(
                        library ->
                            assertThat(library.path("reason").asText()).contains("PGStream")));
    JsonNode own = new ObjectMapper().readTree(web.admin("/status"));
    assertThat(own.path("spiffe_id").asText())
        .isEqualTo("spiffe://cluster.local/ns/default/sa/web");
    assertThat(own.path("not_applied")).isEmpty();
    assertThat(web.admin("/explain?url=http://catalog/echo")).contains("catalog");
  }

  @Test
  void spansOfBothJvmsFormOneTraceAndARetrySaysItsNumber() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(collector.spans()).hasSize(6 + 7 + 7));
    List<Span> spans = collector.spans();
    for (Span span : spans) {
      if (span.service().equals("web") && span.kind() == 2) {
        assertThat(span.parentId()).isEmpty();
      } else {
        boolean server = span.kind() == 2;
        assertThat(spans)
            .filteredOn(parent -> parent.spanId().equals(span.parentId()))
            .singleElement()
            .satisfies(
                parent -> {
                  assertThat(parent.traceId()).isEqualTo(span.traceId());
                  assertThat(parent.service()).isEqualTo("web");
                  assertThat(parent.kind()).isEqualTo(server ? 3 : 2);
                });
      }
    }
    assertThat(spans)
        .filteredOn(span -> span.attributes().containsKey("http.request.resend_count"))
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.attributes())
                    .containsEntry("http.request.resend_count", "1")
                    .containsEntry("http.response.status_code", "200"));
    assertThat(spans).noneMatch(span -> span.attributes().toString().contains("secret"));
  }

  @Test
  void theAccessLogHasOneLineOfJsonPerCall() throws Exception {
    List<String> lines = Files.readAllLines(directory.resolve("catalog.log"));
    assertThat(lines).hasSize(7);
    for (String line : lines) {
      JsonNode call = new ObjectMapper().readTree(line);
      assertThat(call.path("direction").asText()).isEqualTo("inbound");
      assertThat(call.path("source_principal").asText()).endsWith("/sa/web");
      assertThat(line).doesNotContain("secret");
    }
  }
}

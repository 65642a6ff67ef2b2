package dev.weft.extension.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.Target;
import dev.weft.model.Endpoint.Workload;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The registry is one per process, so every test has workloads of its own. */
class MicrometerRecorderTest {
  private static MicrometerRecorder of(String workload) {
    return new MicrometerRecorder(new LocalWorkload(workload, "shop", workload, "v1"));
  }

  private static Target catalog(String version) {
    return new Target(
        "outbound|80|" + version + "|catalog.shop.svc.cluster.local",
        "catalog.shop.svc.cluster.local",
        new Workload("catalog-" + version, "shop", "catalog", version, "Kubernetes"));
  }

  private static List<String> lines(MicrometerRecorder recorder, String metric, String workload) {
    return recorder
        .scrape()
        .lines()
        .filter(line -> line.startsWith(metric + "{"))
        .filter(line -> line.contains("\"" + workload + "\""))
        .toList();
  }

  @Test
  void anOutboundCallIsOneLineWithIstiosLabels() {
    MicrometerRecorder recorder = of("web-a");
    Target target = catalog("v2");
    recorder.outbound(Views.Call.to(target, 200, 7_000_000));
    recorder.outbound(Views.Call.to(target, 200, 7_000_000));
    assertThat(lines(recorder, "istio_requests_total", "web-a"))
        .containsExactly(
            "istio_requests_total{connection_security_policy=\"mutual_tls\","
                + "destination_canonical_revision=\"v2\",destination_canonical_service=\"catalog\","
                + "destination_principal=\"unknown\","
                + "destination_service=\"catalog.shop.svc.cluster.local\","
                + "destination_service_name=\"catalog\",destination_service_namespace=\"shop\","
                + "destination_version=\"v2\",destination_workload=\"catalog-v2\","
                + "destination_workload_namespace=\"shop\",grpc_response_status=\"\","
                + "reporter=\"source\",request_protocol=\"http\",response_code=\"200\","
                + "response_flags=\"-\",source_canonical_revision=\"v1\","
                + "source_canonical_service=\"web-a\",source_principal=\"unknown\","
                + "source_version=\"v1\",source_workload=\"web-a\","
                + "source_workload_namespace=\"shop\"} 2.0");
  }

  @Test
  void anInboundCallSaysWhoCalledByItsCertificate() {
    MicrometerRecorder recorder = of("catalog-b");
    Target port = new Target("", "", Workload.UNKNOWN);
    String web = "spiffe://cluster.local/ns/front/sa/web";
    recorder.inbound(Views.Inbound.from(web, port, 200));
    recorder.inbound(Views.Inbound.from(null, port, 200));
    assertThat(lines(recorder, "istio_requests_total", "catalog-b"))
        .hasSize(2)
        .allMatch(line -> line.endsWith(" 1.0") && line.contains("reporter=\"destination\""))
        .anyMatch(
            line ->
                line.contains("connection_security_policy=\"mutual_tls\"")
                    && line.contains("source_principal=\"" + web + "\"")
                    && line.contains("source_workload=\"web\"")
                    && line.contains("source_workload_namespace=\"front\""))
        .anyMatch(
            line ->
                line.contains("connection_security_policy=\"none\"")
                    && line.contains("source_principal=\"unknown\""));
  }

  @Test
  void aServiceThatCallsAndIsCalledIsCountedOnBothSides() {
    MicrometerRecorder recorder = of("middle");
    recorder.inbound(Views.Inbound.from(null, new Target("", "", Workload.UNKNOWN), 200));
    recorder.outbound(Views.Call.to(catalog("v1"), 503, 1));
    assertThat(lines(recorder, "istio_requests_total", "middle"))
        .hasSize(2)
        .anyMatch(line -> line.contains("reporter=\"source\""))
        .anyMatch(line -> line.contains("reporter=\"destination\""));
  }

  @Test
  void durationsFallIntoIstiosBuckets() {
    MicrometerRecorder recorder = of("web-c");
    Target target = catalog("v1");
    recorder.outbound(Views.Call.to(target, 200, 7_000_000));
    recorder.outbound(Views.Call.to(target, 200, 70_000_000));
    List<String> buckets = lines(recorder, "istio_request_duration_milliseconds_bucket", "web-c");
    assertThat(buckets).hasSize(16);
    assertThat(buckets).anyMatch(line -> line.contains("le=\"5.0\"") && line.endsWith(" 0"));
    assertThat(buckets).anyMatch(line -> line.contains("le=\"10.0\"") && line.endsWith(" 1"));
    assertThat(buckets).anyMatch(line -> line.contains("le=\"100.0\"") && line.endsWith(" 2"));
    assertThat(buckets).anyMatch(line -> line.contains("le=\"+Inf\"") && line.endsWith(" 2"));
    assertThat(lines(recorder, "istio_request_duration_milliseconds_sum", "web-c"))
        .singleElement()
        .satisfies(line -> assertThat(line).endsWith(" 77.0"));
  }

  @Test
  void everyOutcomeHasALineOfItsOwn() {
    MicrometerRecorder recorder = of("web-d");
    Target target = catalog("v1");
    recorder.outbound(Views.Call.to(target, 200, 1));
    recorder.outbound(Views.Call.to(target, 503, 1).flags(Flags.UH));
    recorder.outbound(Views.Call.to(target, 503, 1).flags(Flags.UF | Flags.URX));
    recorder.outbound(Views.Call.to(target, 200, 1).grpc(0));
    recorder.outbound(Views.Call.to(target, 200, 1).grpc(16));
    assertThat(lines(recorder, "istio_requests_total", "web-d"))
        .hasSize(5)
        .anyMatch(line -> line.contains("response_flags=\"UH\""))
        .anyMatch(line -> line.contains("response_flags=\"UF,URX\""))
        .anyMatch(
            line ->
                line.contains("request_protocol=\"grpc\"")
                    && line.contains("grpc_response_status=\"0\""))
        .anyMatch(line -> line.contains("grpc_response_status=\"16\""));
  }

  @Test
  void manyPeersNeitherLoseCountsNorGrowTheCacheWithoutEnd() {
    MicrometerRecorder recorder = of("catalog-e");
    Target port = new Target("", "", Workload.UNKNOWN);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 100; i++) {
        recorder.inbound(Views.Inbound.from("spiffe://cluster.local/ns/a/sa/peer-" + i, port, 200));
      }
    }
    assertThat(lines(recorder, "istio_requests_total", "catalog-e"))
        .hasSize(100)
        .allMatch(line -> line.endsWith(" 2.0"));
  }

  @Test
  void connectionsAreCountedWhenTheyOpenAndWhenTheyEnd() {
    MicrometerRecorder recorder = of("web-f");
    Views.Tcp connection = new Views.Tcp("db", 5432, catalog("v1"), true, 1, 0, 5_000_000, null);
    recorder.tcpOpened(connection);
    recorder.tcpOpened(connection);
    recorder.tcpClosed(connection);
    assertThat(lines(recorder, "istio_tcp_connections_opened_total", "web-f"))
        .singleElement()
        .satisfies(line -> assertThat(line).endsWith(" 2.0").contains("request_protocol=\"tcp\""));
    assertThat(lines(recorder, "istio_tcp_connections_closed_total", "web-f"))
        .singleElement()
        .satisfies(line -> assertThat(line).endsWith(" 1.0"));
  }

  @Test
  void statementsAreTimedByKindAndFailure() {
    MicrometerRecorder recorder = of("web-g");
    recorder.statement("postgresql", "db-g", 5432, "SELECT", 2_000_000, null);
    recorder.statement("postgresql", "db-g", 5432, "SELECT", 2_000_000, null);
    recorder.statement("postgresql", "db-g", 5432, "INSERT", 2_000_000, new SQLException("no"));
    assertThat(lines(recorder, "db_client_operation_duration_seconds_count", "db-g"))
        .containsExactlyInAnyOrder(
            "db_client_operation_duration_seconds_count{db_operation_name=\"SELECT\","
                + "db_system_name=\"postgresql\",error_type=\"\",server_address=\"db-g\","
                + "server_port=\"5432\"} 2",
            "db_client_operation_duration_seconds_count{db_operation_name=\"INSERT\","
                + "db_system_name=\"postgresql\",error_type=\"java.sql.SQLException\","
                + "server_address=\"db-g\",server_port=\"5432\"} 1");
  }

  @Test
  void aGaugeIsAskedWhenSomebodyScrapes() {
    MicrometerRecorder recorder = of("web-h");
    recorder.gauge("weft.test.figure", "A figure", new int[] {3}, figures -> figures[0]);
    assertThat(recorder.scrape()).contains("\nweft_test_figure 3.0\n");
  }
}

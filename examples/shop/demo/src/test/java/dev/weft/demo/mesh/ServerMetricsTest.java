package dev.weft.demo.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.demo.mesh.ServerMetrics.Peer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
  private static final String BEFORE =
      """
      # TYPE istio_requests_total counter
      istio_requests_total{reporter="source",source_principal="x",connection_security_policy="none"} 99
      istio_requests_total{reporter="destination",source_principal="spiffe://a",connection_security_policy="mutual_tls",response_code="200"} 3.0
      """;
  private static final String AFTER =
      BEFORE.replace(" 3.0", " 5.0")
          + "istio_requests_total{reporter=\"destination\",source_principal=\"spiffe://a\","
          + "connection_security_policy=\"mutual_tls\",response_code=\"503\"} 1.0\n"
          + "istio_requests_total{reporter=\"destination\",source_principal=\"unknown\","
          + "connection_security_policy=\"none\"} 7\n";

  @Test
  void countsWhatTheReceiverHasSeenSinceByCallerAndSecurity() {
    ServerMetrics window = ServerMetrics.parse(AFTER).since(ServerMetrics.parse(BEFORE));

    assertThat(window.requests())
        .isEqualTo(
            Map.of(new Peer("spiffe://a", "mutual_tls"), 3L, new Peer("unknown", "none"), 7L));
    assertThat(window.total()).isEqualTo(10);
  }
}

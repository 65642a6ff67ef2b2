package dev.weft.client.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.UpstreamTls;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import org.junit.jupiter.api.Test;

class ClusterTranslatorTest {
  private final Findings findings = new Findings();

  @Test
  void aFieldWithoutEffectIsNamedWithItsPath() throws Exception {
    translate(
        Cluster.newBuilder()
            .setName("a")
            .setUpstreamConnectionOptions(
                UpstreamConnectionOptions.newBuilder()
                    .setTcpKeepalive(
                        TcpKeepalive.newBuilder().setKeepaliveTime(UInt32Value.of(60))))
            .setCommonLbConfig(
                Cluster.CommonLbConfig.newBuilder()
                    .setLocalityWeightedLbConfig(
                        Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance()))
            .build());
    assertThat(findings.unsupported())
        .containsExactly(
            "Cluster.common_lb_config.locality_weighted_lb_config",
            "Cluster.upstream_connection_options");
  }

  @Test
  void aFieldThatIsNewerThanOurProtosIsNamedByItsNumber() throws Exception {
    Cluster newer =
        Cluster.parseFrom(
            Cluster.newBuilder()
                .setName("a")
                .build()
                .toByteString()
                // Field 9000, a varint.
                .concat(
                    com.google.protobuf.ByteString.copyFrom(
                        new byte[] {(byte) 0xc0, (byte) 0xb2, 0x04, 0x01})));
    translate(newer);
    assertThat(findings.unsupported()).containsExactly("Cluster.field_9000");
  }

  @Test
  void limitsThatAreAbsentOrLargestAreUnlimited() throws Exception {
    Cluster c =
        Cluster.newBuilder()
            .setName("a")
            .setCircuitBreakers(
                CircuitBreakers.newBuilder()
                    .addThresholds(
                        CircuitBreakers.Thresholds.newBuilder()
                            .setMaxRequests(UInt32Value.of(7))
                            .setMaxRetries(UInt32Value.of(-1))))
            .build();
    assertThat(translate(c).limits())
        .isEqualTo(new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, 7, Integer.MAX_VALUE));
  }

  @Test
  void outlierDetectionHasEnvoysDefaultsAndSaysThatSuccessRateIsMissing() throws Exception {
    dev.weft.model.Cluster c =
        translate(
            Cluster.newBuilder()
                .setName("a")
                .setOutlierDetection(OutlierDetection.getDefaultInstance())
                .build());
    assertThat(c.outlier())
        .isEqualTo(
            new dev.weft.model.OutlierDetection(
                5,
                0,
                5,
                false,
                java.time.Duration.ofSeconds(10),
                java.time.Duration.ofSeconds(30),
                java.time.Duration.ofSeconds(300),
                10));
    assertThat(findings.unsupported())
        .containsExactly("Cluster.outlier_detection.enforcing_success_rate");
  }

  @Test
  void tlsWithOtherCertificatesThanTheMeshIsNeverTurnedIntoPlaintext() {
    Cluster c =
        Cluster.newBuilder()
            .setName("a")
            .setTransportSocket(
                TransportSocket.newBuilder()
                    .setName("envoy.transport_sockets.tls")
                    .setTypedConfig(Any.pack(UpstreamTlsContext.getDefaultInstance())))
            .build();
    assertThatThrownBy(() -> translate(c))
        .isInstanceOf(TranslationException.class)
        .hasMessageContaining("other certificates");
  }

  @Test
  void noTransportSocketIsNoTls() throws Exception {
    assertThat(translate(Cluster.newBuilder().setName("a").build()).tls())
        .isEqualTo(new UpstreamTls.None());
  }

  private dev.weft.model.Cluster translate(Cluster c) throws TranslationException {
    return ClusterTranslator.translate(c, findings).cluster();
  }
}

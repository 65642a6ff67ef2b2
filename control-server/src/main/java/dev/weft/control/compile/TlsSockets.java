package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** Transport sockets of mesh mTLS. SDS names as Istio's: {@code default} and {@code ROOTCA}. */
final class TlsSockets {
  private TlsSockets() {}

  /** Where ADS-served resources come from, waited for without end. */
  static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .setInitialFetchTimeout(Duration.getDefaultInstance())
        .setResourceApiVersion(ApiVersion.V3)
        .build();
  }

  /** Always mTLS. SNI is the plain host: JDKs refuse Istio's form (see facts). */
  static TransportSocket mutual(ServiceDefinition service, Protocol protocol) {
    CommonTlsContext.Builder common = common(sans(service.identities()));
    common.addAlpnProtocols("istio");
    if (protocol.http()) {
      common.addAlpnProtocols(protocol == Protocol.HTTP2 ? "h2" : "http/1.1");
    }
    return socket(
        "envoy.transport_sockets.tls",
        UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(service.host()).build());
  }

  /** mTLS to endpoints that take it, plaintext to others. */
  static List<TransportSocketMatch> auto(ServiceDefinition service, Protocol protocol) {
    return List.of(
        TransportSocketMatch.newBuilder()
            .setName("tlsMode-istio")
            .setMatch(
                Struct.newBuilder()
                    .putFields("tlsMode", Value.newBuilder().setStringValue("istio").build()))
            .setTransportSocket(mutual(service, protocol))
            .build(),
        TransportSocketMatch.newBuilder()
            .setName("tlsMode-disabled")
            .setMatch(Struct.getDefaultInstance())
            .setTransportSocket(
                socket("envoy.transport_sockets.raw_buffer", RawBuffer.getDefaultInstance()))
            .build());
  }

  /** Inbound: a client certificate of the trust domain is required. */
  static TransportSocket inbound(String trustDomain) {
    CertificateValidationContext validation =
        validation(StringMatcher.newBuilder().setPrefix("spiffe://" + trustDomain + "/").build());
    return socket(
        "envoy.transport_sockets.tls",
        DownstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                common(validation).addAlpnProtocols("h2").addAlpnProtocols("http/1.1"))
            .setRequireClientCertificate(BoolValue.of(true))
            .build());
  }

  private static CertificateValidationContext sans(List<String> identities) {
    CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
    identities.forEach(
        id -> addMatcher(validation, StringMatcher.newBuilder().setExact(id).build()));
    return validation.build();
  }

  private static CertificateValidationContext validation(StringMatcher matcher) {
    CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
    addMatcher(validation, matcher);
    return validation.build();
  }

  /** The field that istiod fills; its successor is typed by kind of SAN and means the same. */
  @SuppressWarnings("deprecation")
  private static void addMatcher(
      CertificateValidationContext.Builder validation, StringMatcher matcher) {
    validation.addMatchSubjectAltNames(matcher);
  }

  private static CommonTlsContext.Builder common(CertificateValidationContext validation) {
    return CommonTlsContext.newBuilder()
        .setTlsParams(
            TlsParameters.newBuilder()
                .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
        .addTlsCertificateSdsSecretConfigs(secret("default"))
        .setCombinedValidationContext(
            CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(validation)
                .setValidationContextSdsSecretConfig(secret("ROOTCA")));
  }

  private static SdsSecretConfig secret(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(ads()).build();
  }

  private static TransportSocket socket(String name, Message config) {
    return TransportSocket.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }
}

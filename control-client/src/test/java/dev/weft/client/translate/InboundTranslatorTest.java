package dev.weft.client.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import dev.weft.model.InboundListener;
import dev.weft.model.InboundListener.Mode;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strict inbound: what cannot be enforced closes its port and no other. */
class InboundTranslatorTest {
  private static final StringMatcher DOMAIN =
      StringMatcher.newBuilder().setPrefix("spiffe://cluster.local/").build();

  private final Findings findings = new Findings();

  @Test
  void tlsAloneIsStrictTlsAndPlainIsPermissivePlainAloneIsDisable() {
    List<InboundListener> ports =
        translate(chain(1, tls(DOMAIN)), chain(2, tls(DOMAIN)), chain(2, null), chain(3, null));
    assertThat(ports)
        .containsExactly(
            new InboundListener(1, Mode.STRICT, List.of("cluster.local")),
            new InboundListener(2, Mode.PERMISSIVE, List.of("cluster.local")),
            new InboundListener(3, Mode.DISABLE, List.of()));
    assertThat(findings.setAside()).isEmpty();
  }

  @Test
  void chainsWithoutAPortAreTheRuleOfTheOtherPortsAndTheCapturePortIsNone() {
    FilterChain rest = chain(0, tls(DOMAIN)).toBuilder().clearFilterChainMatch().build();
    assertThat(translate(rest, chain(15006, null)))
        .containsExactly(
            new InboundListener(InboundListener.ANY_PORT, Mode.STRICT, List.of("cluster.local")));
  }

  @Test
  void anAuthorizationRuleClosesItsPortOnly() {
    RBAC allow =
        RBAC.newBuilder()
            .setRules(
                io.envoyproxy
                    .envoy
                    .config
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .putPolicies("shop-allow", Policy.getDefaultInstance()))
            .build();
    assertThat(translate(chain(1, tls(DOMAIN), http("rbac", allow)), chain(2, tls(DOMAIN))))
        .containsExactly(
            new InboundListener(1, Mode.CLOSED, List.of()),
            new InboundListener(2, Mode.STRICT, List.of("cluster.local")));
    assertThat(findings.setAside().toString())
        .contains("Inbound port 1", "shop-allow", "The port is closed");
  }

  @Test
  void emptyRulesDenyAllAndAreNotTakenForNoRules() {
    RBAC denyAll =
        RBAC.newBuilder()
            .setRules(io.envoyproxy.envoy.config.rbac.v3.RBAC.getDefaultInstance())
            .build();
    assertThat(mode(http("rbac", denyAll))).isEqualTo(Mode.CLOSED);
    assertThat(mode(http("rbac", RBAC.getDefaultInstance()))).isEqualTo(Mode.STRICT);
  }

  @Test
  void auditAndDryRunRefuseNobodyAndAreListed() {
    RBAC audit =
        RBAC.newBuilder()
            .setRules(
                io.envoyproxy
                    .envoy
                    .config
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .setAction(io.envoyproxy.envoy.config.rbac.v3.RBAC.Action.LOG)
                    .putPolicies("a", Policy.getDefaultInstance()))
            .setShadowRules(io.envoyproxy.envoy.config.rbac.v3.RBAC.getDefaultInstance())
            .build();
    assertThat(mode(http("rbac", audit))).isEqualTo(Mode.STRICT);
    assertThat(findings.unsupported()).hasSize(2);
  }

  @Test
  void anUnknownFilterClosesThePortUnlessItIsOptional() {
    HttpFilter unknown =
        HttpFilter.newBuilder()
            .setName("acme.guard")
            .setTypedConfig(Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Guard"))
            .build();
    assertThat(mode(unknown)).isEqualTo(Mode.CLOSED);
    assertThat(findings.setAside().toString()).contains("acme.guard", "acme.Guard");
    assertThat(mode(unknown.toBuilder().setIsOptional(true).build())).isEqualTo(Mode.STRICT);
    assertThat(findings.unsupported().toString()).contains("acme.guard");
  }

  @Test
  void aRuleThatCannotBeDecodedClosesThePort() {
    HttpFilter broken =
        HttpFilter.newBuilder()
            .setName("rbac")
            .setTypedConfig(
                Any.newBuilder()
                    .setTypeUrl(Any.pack(RBAC.getDefaultInstance()).getTypeUrl())
                    .setValue(ByteString.copyFromUtf8("\u000f\u000f")))
            .build();
    assertThat(mode(broken)).isEqualTo(Mode.CLOSED);
  }

  @Test
  void anIdentityRuleFinerThanATrustDomainIsNotWidenedToIt() {
    for (StringMatcher san :
        List.of(
            StringMatcher.newBuilder().setExact("spiffe://cluster.local/ns/a/sa/b").build(),
            StringMatcher.newBuilder().setPrefix("spiffe://cluster.local/ns/a/").build(),
            StringMatcher.newBuilder().setPrefix("spiffe://cluster").build())) {
      assertThat(translate(chain(1, tls(san))).get(0).mode()).as("%s", san).isEqualTo(Mode.CLOSED);
    }
  }

  @Test
  void tlsThatAsksForNoClientCertificateClosesThePort() {
    TransportSocket optional =
        socket(DownstreamTlsContext.newBuilder().setCommonTlsContext(common(DOMAIN)).build());
    assertThat(translate(chain(1, optional)).get(0).mode()).isEqualTo(Mode.CLOSED);
  }

  private Mode mode(HttpFilter filter) {
    return translate(chain(1, tls(DOMAIN), filter)).get(0).mode();
  }

  private List<InboundListener> translate(FilterChain... chains) {
    Listener listener =
        Listener.newBuilder()
            .setName("virtualInbound")
            .setTrafficDirection(TrafficDirection.INBOUND)
            .setAddress(
                Address.newBuilder()
                    .setSocketAddress(
                        SocketAddress.newBuilder().setAddress("0.0.0.0").setPortValue(15006)))
            .addAllFilterChains(List.of(chains))
            .build();
    return InboundTranslator.translate(listener, findings);
  }

  private static FilterChain chain(
      int port, @org.jspecify.annotations.Nullable TransportSocket socket, HttpFilter... filters) {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .addAllHttpFilters(List.of(filters))
            .addHttpFilters(http("router", Router.getDefaultInstance()))
            .build();
    FilterChain.Builder chain =
        FilterChain.newBuilder()
            .setFilterChainMatch(
                FilterChainMatch.newBuilder().setDestinationPort(UInt32Value.of(port)))
            .addFilters(Filter.newBuilder().setName("hcm").setTypedConfig(Any.pack(manager)));
    if (socket != null) {
      chain.setTransportSocket(socket);
    }
    return chain.build();
  }

  private static HttpFilter http(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }

  private static TransportSocket tls(StringMatcher san) {
    return socket(
        DownstreamTlsContext.newBuilder()
            .setRequireClientCertificate(BoolValue.of(true))
            .setCommonTlsContext(common(san))
            .build());
  }

  private static TransportSocket socket(DownstreamTlsContext context) {
    return TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(context)).build();
  }

  @SuppressWarnings("deprecation") // As istiod sends it.
  private static CommonTlsContext common(StringMatcher san) {
    return CommonTlsContext.newBuilder()
        .addTlsCertificateSdsSecretConfigs(SdsSecretConfig.newBuilder().setName("default"))
        .setCombinedValidationContext(
            CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(
                    CertificateValidationContext.newBuilder().addMatchSubjectAltNames(san))
                .setValidationContextSdsSecretConfig(
                    SdsSecretConfig.newBuilder().setName("ROOTCA")))
        .build();
  }
}

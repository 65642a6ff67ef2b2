package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.control.compile.Mesh;
import dev.weft.control.compile.XdsType;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Goodbye;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Heartbeat;
import dev.weft.wire.v1.Port;
import dev.weft.wire.v1.RegisterRequest;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
  private static final String CLUSTER = "outbound|80||catalog.default.svc.cluster.local";

  @TempDir Path data;
  private ControlServer server;

  private ControlServer start(Duration lease) throws Exception {
    server =
        ControlServer.start(
            new ServerOptions(
                data,
                0,
                0,
                0,
                "127.0.0.1",
                List.of(),
                lease,
                Duration.ofHours(1),
                Mesh.Settings.DEFAULT));
    return server;
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private TestAgent agent(String id, String account) throws Exception {
    return new TestAgent(
        server.adsPort(), data, server.tokens().joinToken(), "ns/default/sa/" + account, id);
  }

  private static Announce catalog(String id, int targetPort, boolean tls) {
    return Announce.newBuilder()
        .setInstanceId(id)
        .setService("catalog")
        .setNamespace("default")
        .setServiceAccount("catalog")
        .setAddress("127.0.0.1")
        .setHealth(Health.HEALTHY)
        .addPorts(
            Port.newBuilder()
                .setPort(80)
                .setTargetPort(targetPort)
                .setProtocol("http")
                .setTlsReady(tls))
        .build();
  }

  private static ClusterLoadAssignment endpoints(DiscoveryResponse response) throws Exception {
    assertThat(response.getResourcesList()).hasSize(1);
    return response.getResources(0).unpack(ClusterLoadAssignment.class);
  }

  @Test
  void aNewInstanceOfAKnownServiceSendsEndpointsAlone() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent first = agent("c-1", "catalog");
        TestAgent second = agent("c-2", "catalog");
        TestAgent watcher = agent("w-1", "web")) {
      first.register(catalog("c-1", 18081, false));
      assertThat(first.registered.take().getLeaseSeconds()).isEqualTo(30);
      await().until(() -> server.loop().mesh().get().services().size() == 1);

      watcher.subscribe(XdsType.CLUSTER);
      DiscoveryResponse clusters = watcher.next(XdsType.CLUSTER);
      assertThat(clusters.getResourcesList())
          .extracting(any -> any.unpack(Cluster.class).getName())
          .contains(CLUSTER, "PassthroughCluster");
      watcher.ack(clusters);
      watcher.subscribe(XdsType.ENDPOINT, CLUSTER);
      DiscoveryResponse one = watcher.next(XdsType.ENDPOINT);
      assertThat(endpoints(one).getEndpoints(0).getLbEndpointsCount()).isEqualTo(1);
      watcher.ack(one, CLUSTER);
      watcher.subscribe(XdsType.ROUTE, "80");
      watcher.ack(watcher.next(XdsType.ROUTE), "80");

      second.register(catalog("c-2", 18082, true));
      DiscoveryResponse two = watcher.next(XdsType.ENDPOINT);
      var endpoints = endpoints(two).getEndpoints(0).getLbEndpointsList();
      assertThat(endpoints).hasSize(2);
      assertThat(endpoints.get(0).getMetadata().getFilterMetadataMap())
          .doesNotContainKey("envoy.transport_socket_match");
      assertThat(endpoints.get(1).getMetadata().getFilterMetadataMap())
          .containsKey("envoy.transport_socket_match");
      watcher.ack(two, CLUSTER);

      second.send(RegisterRequest.newBuilder().setGoodbye(Goodbye.getDefaultInstance()).build());
      assertThat(endpoints(watcher.next(XdsType.ENDPOINT)).getEndpoints(0).getLbEndpointsCount())
          .isEqualTo(1);
      assertThat(watcher.pushed).isEmpty();
    }
  }

  @Test
  void aRejectedVersionIsShownAndNotSentAgain() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent = agent("c-1", "catalog")) {
      agent.register(catalog("c-1", 18081, false));
      agent.registered.take();
      await().until(() -> server.loop().mesh().get().services().size() == 1);
      agent.subscribe(XdsType.LISTENER);
      DiscoveryResponse listeners = agent.next(XdsType.LISTENER);
      agent.nack(listeners, "Listener virtualInbound has a chain that I cannot read");
      await()
          .untilAsserted(
              () ->
                  assertThat(server.loop().states().get())
                      .singleElement()
                      .extracting(state -> state.types().get(XdsType.LISTENER).nack())
                      .isEqualTo("Listener virtualInbound has a chain that I cannot read"));
      server.loop().secretsTick();
      server.loop().pushes().get();
      agent.subscribe(XdsType.CLUSTER);
      agent.next(XdsType.CLUSTER);
      assertThat(agent.pushed).isEmpty();
    }
  }

  @Test
  void inboundChainsAreMadeForThePortsOfTheInstance() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent = agent("c-1", "catalog")) {
      agent.register(catalog("c-1", 18081, false));
      await().until(() -> server.loop().mesh().get().services().size() == 1);
      agent.subscribe(XdsType.LISTENER);
      Listener inbound =
          agent.next(XdsType.LISTENER).getResourcesList().stream()
              .map(any -> unpack(any, Listener.class))
              .filter(listener -> listener.getName().equals("virtualInbound"))
              .findFirst()
              .orElseThrow();
      assertThat(inbound.getFilterChainsList())
          .filteredOn(c -> c.getFilterChainMatch().getDestinationPort().getValue() == 18081)
          .extracting(c -> c.getFilterChainMatch().getTransportProtocol())
          .containsExactly("tls", "raw_buffer");
    }
  }

  @Test
  void instancesOutliveARestartForOneLease() throws Exception {
    start(Duration.ofSeconds(1));
    try (TestAgent agent = agent("c-1", "catalog")) {
      agent.register(catalog("c-1", 18081, false));
      agent.registered.take();
    }
    server.close();
    start(Duration.ofSeconds(2));
    assertThat(server.registry().instances()).extracting(i -> i.id()).containsExactly("c-1");
    await()
        .atMost(Duration.ofSeconds(8))
        .untilAsserted(() -> assertThat(server.registry().instances()).isEmpty());
    assertThat(server.registry().services()).hasSize(1);
  }

  @Test
  void heartbeatsKeepAnInstanceAndDrainingTakesItOut() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent = agent("c-1", "catalog")) {
      agent.register(catalog("c-1", 18081, false));
      agent.registered.take();
      agent.send(
          RegisterRequest.newBuilder()
              .setHeartbeat(Heartbeat.newBuilder().setHealth(Health.DRAINING))
              .build());
      agent.registered.take();
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          server
                              .loop()
                              .mesh()
                              .get()
                              .services()
                              .get("catalog.default.svc.cluster.local")
                              .endpoints())
                      .isEmpty());
    }
  }

  @Test
  void theIdentityOfACertificateIsTheCallersNotTheRequests() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent = agent("c-1", "catalog")) {
      List<String> chain =
          agent.certificate(csr("spiffe://cluster.local/ns/default/sa/payments", false));
      X509Certificate leaf =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(chain.get(0).getBytes(StandardCharsets.US_ASCII)));
      leaf.verify(server.authority().root().getPublicKey());
      assertThat(leaf.getSubjectAlternativeNames())
          .singleElement()
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
          .containsExactly(6, "spiffe://cluster.local/ns/default/sa/catalog");
      assertThat(Files.getPosixFilePermissions(data.resolve("ca/root-key.pem"))).hasSize(2);
    }
  }

  @Test
  void aRequestWhoseSenderDoesNotHoldTheKeyIsRefused() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent = agent("c-1", "catalog")) {
      String csr = csr("spiffe://cluster.local/ns/default/sa/catalog", true);
      assertThatThrownBy(() -> agent.certificate(csr))
          .hasMessageContaining("INVALID_ARGUMENT")
          .hasMessageContaining("does not hold the key");
    }
  }

  @Test
  void keysAreGivenBySdsOnlyToThoseWhoHaveProvenWhoTheyAre() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent known = agent("c-1", "catalog");
        TestAgent nobody = TestAgent.anonymous(server.plaintextPort(), "c-1")) {
      known.subscribe(XdsType.SECRET, "default", "ROOTCA");
      assertThat(known.next(XdsType.SECRET).getResourcesList()).hasSize(2);
      nobody.subscribe(XdsType.SECRET, "default", "ROOTCA");
      assertThat(nobody.next(XdsType.SECRET).getResourcesList()).hasSize(1);
      nobody.register(catalog("c-1", 18081, false));
      assertThat(nobody.failures.take()).hasMessageContaining("UNAUTHENTICATED");
    }
  }

  @Test
  void anUnknownTokenIsRefused() throws Exception {
    start(Duration.ofSeconds(30));
    try (TestAgent agent =
        new TestAgent(server.adsPort(), data, "weft_wrong", "ns/default/sa/catalog", "c-1")) {
      assertThatThrownBy(() -> agent.certificate("x")).hasMessageContaining("UNAUTHENTICATED");
      agent.register(catalog("c-1", 18081, false));
      assertThat(agent.failures.take()).hasMessageContaining("UNAUTHENTICATED");
    }
  }

  @Test
  void anotherIdentityThanTheTokensCannotBeAnnounced() throws Exception {
    start(Duration.ofSeconds(30));
    String bound = server.tokens().create("default", "web");
    try (TestAgent agent =
        new TestAgent(server.adsPort(), data, bound, "ns/default/sa/catalog", "c-1")) {
      agent.register(catalog("c-1", 18081, false));
      assertThat(agent.failures.take()).hasMessageContaining("PERMISSION_DENIED");
    }
  }

  private static <T extends com.google.protobuf.Message> T unpack(
      com.google.protobuf.Any any, Class<T> type) {
    try {
      return any.unpack(type);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String csr(String san, boolean forged) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    KeyPair signing = forged ? generator.generateKeyPair() : pair;
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(
        Extension.subjectAlternativeName,
        true,
        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, san)));
    var request =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), pair.getPublic())
            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()));
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(request);
    }
    return text.toString();
  }
}

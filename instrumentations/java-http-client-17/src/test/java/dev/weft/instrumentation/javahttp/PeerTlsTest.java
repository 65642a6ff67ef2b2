package dev.weft.instrumentation.javahttp;

import static dev.weft.instrumentation.javahttp.ScriptedEngine.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.tls.MeshIdentity;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Script;
import dev.weft.instrumentation.javahttp.ScriptedEngine.Try;
import dev.weft.instrumentation.testing.Backend;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.loader.Weaver;
import dev.weft.model.Cluster.MeshTls;
import dev.weft.model.SvidMaterial;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTlsTest {
  static final String CATALOG = "spiffe://cluster.local/ns/default/sa/catalog";
  static final ScriptedEngine ENGINE = new ScriptedEngine();
  static final TestCa CA = new TestCa("root");
  static final SvidMaterial SERVER = CA.issue(CATALOG);
  static MeshIdentity client;

  @TempDir Path work;
  final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void weave() throws Exception {
    Weaver.install(ByteBuddyAgent.install(), List.of(new JavaHttpInstrumentationModule()));
    client = MeshIdentity.of(CA.issue("spiffe://cluster.local/ns/default/sa/shop"));
  }

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void install() {
    ENGINE.forget();
    Mesh.install(ENGINE);
  }

  @AfterEach
  void uninstall() {
    Mesh.install(null);
    assertThat(ENGINE.internalErrors).isEmpty();
  }

  static KeyManager[] keyManagers(SvidMaterial identity) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own", identity.key(), new char[0], identity.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  static PeerTls expecting(String san) {
    return client.peer(new MeshTls("catalog.default.svc.cluster.local", List.of(san)));
  }

  HttpResponse<String> get(String uri) throws Exception {
    return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
  }

  @Test
  void plaintextUriGoesOverMutualTlsAndReusesItsConnection() throws Exception {
    try (Backend backend = Backend.mutualTls("catalog", SERVER)) {
      ENGINE.on(
          "catalog",
          80,
          () -> new Script().send(new Try(at(backend.port())).tls(expecting(CATALOG))));

      for (int i = 0; i < 10; i++) {
        HttpResponse<String> response = get("http://catalog:80/x");
        assertThat(response.body()).isEqualTo("catalog");
        assertThat(response.sslSession()).isEmpty();
        assertThat(response.uri()).hasToString("http://catalog:80/x");
      }

      assertThat(backend.received()).hasSize(10);
      assertThat(backend.received().get(0).header("host")).isEqualTo("catalog");
      assertThat(backend.handshakes()).isEqualTo(1);
    }
  }

  @Test
  void http2IsNegotiatedBeneathPlaintextAndSharesOneConnection() throws Exception {
    try (Http2Server server = new Http2Server(work);
        TlsRelay relay = new TlsRelay(SERVER, server.port())) {
      ENGINE.on(
          "catalog",
          80,
          () -> new Script().send(new Try(at(relay.port())).tls(expecting(CATALOG))));

      for (int i = 0; i < 10; i++) {
        HttpResponse<String> response = get("http://catalog/x");
        assertThat(response.body()).isEqualTo("h2");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }

      assertThat(server.requests.stream().distinct()).hasSize(1);
      assertThat(relay.handshakes).hasValue(1);
      assertThat(server.requests.get(0)).startsWith("HTTP/2.0 /x host=catalog:");
    }
  }

  @Test
  void aWrongIdentityIsRefusedWithTheClientsOwnExceptionAndNothingIsSent() {
    try (Backend backend = Backend.mutualTls("impostor", SERVER)) {
      ENGINE.on(
          "catalog",
          80,
          () ->
              new Script()
                  .send(
                      new Try(at(backend.port()))
                          .tls(expecting("spiffe://cluster.local/ns/default/sa/orders"))));

      assertThatThrownBy(() -> get("http://catalog/")).isInstanceOf(SSLHandshakeException.class);

      assertThat(backend.received()).isEmpty();
      assertThat(ENGINE.events).containsExactly("send 1", "sent 1", "failed 1 TLS");
    }
  }

  @Test
  void oneEndpointUnderTwoIdentitiesHasTwoConnections() throws Exception {
    try (Backend backend = Backend.mutualTls("catalog", SERVER)) {
      PeerTls other = client.peer(new MeshTls("other.default.svc.cluster.local", List.of(CATALOG)));
      ENGINE
          .on(
              "catalog",
              80,
              () -> new Script().send(new Try(at(backend.port())).tls(expecting(CATALOG))))
          .on("other", 80, () -> new Script().send(new Try(at(backend.port())).tls(other)));

      get("http://catalog/");
      get("http://other/");
      get("http://catalog/");
      get("http://other/");

      assertThat(backend.handshakes()).isEqualTo(2);
    }
  }

  @Test
  void aRotatedIdentityMakesANewConnection() throws Exception {
    try (Backend backend = Backend.mutualTls("catalog", SERVER)) {
      MeshIdentity rotated =
          MeshIdentity.of(CA.issue("spiffe://cluster.local/ns/default/sa/shop", 2));
      ENGINE.on(
          "catalog",
          80,
          () -> new Script().send(new Try(at(backend.port())).tls(expecting(CATALOG))));
      get("http://catalog/");
      ENGINE.on(
          "catalog",
          80,
          () ->
              new Script()
                  .send(
                      new Try(at(backend.port()))
                          .tls(
                              rotated.peer(
                                  new MeshTls(
                                      "catalog.default.svc.cluster.local", List.of(CATALOG))))));
      get("http://catalog/");

      assertThat(backend.handshakes()).isEqualTo(2);
    }
  }

  @Test
  void aHedgeOverHttp2ResetsTheLosersStreamAndKeepsTheConnection() throws Exception {
    try (Http2Server server = new Http2Server(work);
        TlsRelay relay = new TlsRelay(SERVER, server.port())) {
      PeerTls tls = expecting(CATALOG);
      ENGINE.on("catalog", 80, () -> new Script().send(new Try(at(relay.port())).tls(tls)));
      get("http://catalog/connect");
      ENGINE.on(
          "catalog",
          80,
          () ->
              new Script()
                  .send(new Try(at(relay.port())).tls(tls).path("/hang").timeout(80, Verdict.HEDGE))
                  .send(new Try(at(relay.port())).tls(tls)));

      HttpResponse<String> response =
          http.sendAsync(
                  HttpRequest.newBuilder(URI.create("http://catalog/second")).build(),
                  BodyHandlers.ofString())
              .join();

      assertThat(response.body()).isEqualTo("h2");
      assertThat(response.uri()).hasToString("http://catalog/second");
      assertThat(ENGINE.events)
          .containsSubsequence("failed 1 TIMEOUT", "response 2 200", "failed 1 CANCELLED");
      assertThat(
              server.requests.stream()
                  .filter(each -> each.contains("/hang") || each.contains("/second"))
                  .map(each -> each.substring(each.lastIndexOf(':')))
                  .distinct())
          .hasSize(1);
      assertThat(relay.handshakes).hasValue(1);
    }
  }

  @Test
  void withoutMeshTlsTheUpgradeToHttp2StaysTheClientsOwn() throws Exception {
    try (Http2Server server = new Http2Server(work)) {
      ENGINE.on("catalog", 80, () -> new Script().send(server.port()));

      assertThat(get("http://catalog/1").version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(get("http://catalog/2").version()).isEqualTo(HttpClient.Version.HTTP_2);

      assertThat(server.requests.get(1)).startsWith("HTTP/2.0 /2 host=catalog:");
    }
  }

  @Test
  void anHttpsUriKeepsItsOwnTlsToTheChosenEndpoint() throws Exception {
    List<String> hosts = new CopyOnWriteArrayList<>();
    SSLContext own = SSLContext.getInstance("TLS");
    own.init(
        keyManagers(CA.issue("spiffe://cluster.local/ns/default/sa/app")),
        new TrustManager[] {new Recording(hosts)},
        null);
    HttpClient ownTls = HttpClient.newBuilder().sslContext(own).build();
    try (Backend backend = Backend.mutualTls("secure", SERVER)) {
      ENGINE.on("catalog", 8443, () -> new Script().send(backend.port()));

      HttpResponse<String> response =
          ownTls.send(
              HttpRequest.newBuilder(URI.create("https://catalog:8443/x")).build(),
              BodyHandlers.ofString());

      assertThat(response.body()).isEqualTo("secure");
      assertThat(response.sslSession()).isPresent();
      assertThat(ENGINE.seen).containsExactly("GET catalog:8443/x flags=5 cookie=null");
      assertThat(hosts).containsOnly("catalog");
    }
  }

  /** Trusts everyone, and notes by which name the engine knows its peer. */
  private static final class Recording extends X509ExtendedTrustManager {
    private final List<String> hosts;

    Recording(List<String> hosts) {
      this.hosts = hosts;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      hosts.add(engine.getPeerHost());
      hosts.add(
          new String(
              engine.getSSLParameters().getServerNames().get(0).getEncoded(),
              java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

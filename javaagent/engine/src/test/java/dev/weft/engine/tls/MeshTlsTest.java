package dev.weft.engine.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bootstrap.PeerTls;
import dev.weft.engine.fixtures.Handshake;
import dev.weft.engine.fixtures.TestCa;
import dev.weft.model.Cluster.MeshTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

class MeshTlsTest {
  private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
  private static final String REVIEWS = "spiffe://cluster.local/ns/shop/sa/reviews";
  private final TestCa ca = new TestCa();

  private static MeshPeerTls peer(MeshIdentity identity, String... sans) {
    return identity.peer(new MeshTls("reviews.shop.svc.cluster.local", List.of(sans)));
  }

  private MeshIdentity identity(String id) throws Exception {
    return MeshIdentity.of(ca.svid(id));
  }

  private static SSLEngine server(MeshIdentity identity, String... protocols) {
    return identity.serverEngine(List.of(), protocols);
  }

  @Test
  void bothSidesProveTheirIdentityAndAgreeOnAProtocol() throws Exception {
    MeshPeerTls tls = peer(identity(WEB), REVIEWS);
    SSLEngine client = tls.newEngine(PeerTls.HTTP_2_OR_1_1);
    SSLEngine server = server(identity(REVIEWS), "h2", "http/1.1");
    Handshake.run(client, server);
    assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(client.getApplicationProtocol()).isEqualTo("h2");
    assertThat(SpiffeIds.ofPeer(server.getSession())).isEqualTo(WEB);
    tls.verify(client.getSession());
  }

  @Test
  void anotherIdentityThanExpectedIsRefusedNamingBoth() throws Exception {
    SSLEngine client = peer(identity(WEB), REVIEWS).newEngine(PeerTls.HTTP_1_1);
    SSLEngine server = server(identity("spiffe://cluster.local/ns/shop/sa/evil"), "http/1.1");
    assertThatThrownBy(() -> Handshake.run(client, server))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("sa/evil")
        .hasMessageContaining(REVIEWS);
  }

  @Test
  void withoutExpectedIdsAnyOfOurTrustDomainIsAccepted() throws Exception {
    MeshIdentity web = identity(WEB);
    Handshake.run(peer(web).newEngine(PeerTls.HTTP_1_1), server(identity(REVIEWS), "http/1.1"));
    assertThatThrownBy(
            () ->
                Handshake.run(
                    peer(web).newEngine(PeerTls.HTTP_1_1),
                    server(identity("spiffe://other.org/ns/shop/sa/reviews"), "http/1.1")))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("other.org");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    MeshIdentity stranger = MeshIdentity.of(new TestCa().svid(REVIEWS));
    assertThatThrownBy(
            () ->
                Handshake.run(
                    peer(identity(WEB), REVIEWS).newEngine(PeerTls.HTTP_1_1),
                    server(stranger, "http/1.1")))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void anExpiredCertificateAndOneForAnotherPurposeAreRefused() throws Exception {
    MeshIdentity expired =
        MeshIdentity.of(
            ca.svid(REVIEWS, Instant.now().minusSeconds(60), KeyPurposeId.id_kp_serverAuth));
    MeshIdentity clientOnly =
        MeshIdentity.of(
            ca.svid(REVIEWS, Instant.now().plusSeconds(60), KeyPurposeId.id_kp_clientAuth));
    for (MeshIdentity bad : List.of(expired, clientOnly)) {
      assertThatThrownBy(
              () ->
                  Handshake.run(
                      peer(identity(WEB), REVIEWS).newEngine(PeerTls.HTTP_1_1),
                      server(bad, "http/1.1")))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void theServerRefusesAClientOfAForeignTrustDomain() throws Exception {
    MeshIdentity foreign = identity("spiffe://other.org/ns/x/sa/web");
    SSLEngine client =
        foreign.peer(new MeshTls("reviews", List.of(REVIEWS))).newEngine(PeerTls.HTTP_1_1);
    assertThatThrownBy(() -> Handshake.run(client, server(identity(REVIEWS), "http/1.1")))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("other.org");
  }

  @Test
  void istiosServerNameIsSentAlthoughTheJdkHoldsItIllegal() throws Exception {
    SSLEngine client =
        identity(WEB)
            .peer(new MeshTls("outbound_.80_.v1_.reviews.shop", List.of()))
            .newEngine(PeerTls.HTTP_1_1);
    ByteBuffer hello = ByteBuffer.allocate(32 * 1024);
    client.wrap(ByteBuffer.allocate(0), hello);
    String bytes = new String(hello.array(), 0, hello.position(), StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains("outbound_.80_.v1_.reviews.shop").contains("istio-http/1.1");
  }

  @Test
  void aSessionIsCheckedAgainWhenTheExpectationHasChanged() throws Exception {
    MeshIdentity web = identity(WEB);
    SSLEngine client = peer(web, REVIEWS).newEngine(PeerTls.HTTP_1_1);
    Handshake.run(client, server(identity(REVIEWS), "http/1.1"));
    assertThatThrownBy(
            () ->
                peer(web, "spiffe://cluster.local/ns/shop/sa/ratings").verify(client.getSession()))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("sa/ratings")
        .hasMessageContaining("sa/reviews");
  }

  @Test
  void poolsKeepExpectationsAndGenerationsApart() throws Exception {
    MeshIdentity first = identity(WEB);
    MeshIdentity second = identity(WEB);
    assertThat(peer(first, REVIEWS)).isSameAs(peer(first, REVIEWS));
    assertThat(peer(first, REVIEWS)).isNotEqualTo(peer(second, REVIEWS));
    assertThat(peer(first, REVIEWS)).isNotEqualTo(peer(first));
  }

  @Test
  void aSocketIsWrappedAndClosedWhenThePeerIsWrong() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      MeshIdentity reviews = identity(REVIEWS);
      MeshIdentity web = identity(WEB);
      for (boolean expected : new boolean[] {true, false}) {
        CompletableFuture<Void> served =
            CompletableFuture.runAsync(() -> serveOneByte(listener, reviews));
        Socket plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
        MeshPeerTls tls = expected ? peer(web, REVIEWS) : peer(web, WEB);
        if (expected) {
          try (SSLSocket socket = tls.wrap(plain, PeerTls.TCP)) {
            assertThat(socket.getInputStream().read()).isEqualTo(7);
          }
        } else {
          assertThatThrownBy(() -> tls.wrap(plain, PeerTls.TCP))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("sa/reviews");
          assertThat(plain.isClosed()).isTrue();
        }
        served.join();
      }
    }
  }

  private static void serveOneByte(ServerSocket listener, MeshIdentity identity) {
    try (Socket plain = listener.accept();
        SSLSocket socket =
            (SSLSocket)
                identity
                    .context(new PeerRule(List.of(), List.of("cluster.local")))
                    .getSocketFactory()
                    .createSocket(plain, (InputStream) null, true)) {
      socket.setUseClientMode(false);
      socket.setNeedClientAuth(true);
      OutputStream out = socket.getOutputStream();
      out.write(7);
      out.flush();
    } catch (IOException e) {
      // The refused round ends here.
    }
  }

  @Test
  void meshHellosAreKnownByTheirProtocols() {
    assertThat(Alpn.isMesh(new String[] {"istio-http/1.1", "http/1.1"})).isTrue();
    assertThat(Alpn.isMesh(new String[] {"h2", "http/1.1"})).isFalse();
    assertThat(Alpn.isMesh(new String[0])).isFalse();
  }
}

package dev.weft.smoke.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weft.instrumentation.grpc.GrpcInstrumentationModule;
import dev.weft.instrumentation.javahttp.JavaHttpInstrumentationModule;
import dev.weft.instrumentation.jsse.JsseInstrumentationModule;
import dev.weft.instrumentation.testing.Service;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.instrumentation.testing.TestMesh;
import dev.weft.instrumentation.testing.Woven;
import dev.weft.instrumentation.tomcat.TomcatInstrumentationModule;
import dev.weft.model.InboundListener.Mode;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both directions, HTTP/1.1 and gRPC. Envoy's side is configured as Istio configures a sidecar's:
 * its ALPN names, its server name with underscores, SPIFFE identities checked by URI.
 */
@Tag("interop-envoy")
@Woven({
  TomcatInstrumentationModule.class,
  JsseInstrumentationModule.class,
  GrpcInstrumentationModule.class,
  JavaHttpInstrumentationModule.class
})
class EnvoyInteropTest {
  private static final String CATALOG = "spiffe://cluster.local/ns/default/sa/catalog";
  private static final String STOREFRONT = "spiffe://cluster.local/ns/default/sa/storefront";
  private static final String SNI = "outbound_.80_.v1_.catalog.default.svc.cluster.local";
  private static final String HTTP_1 = "istio-http/1.1, istio, http/1.1";
  private static final String HTTP_2 = "istio-h2, istio, h2";

  private static final MethodDescriptor<String, String> ECHO =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/Unary")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  @TempDir Path folder;
  private final TestCa ca = new TestCa("mesh");
  private TestMesh mesh;

  @BeforeEach
  void start() {
    mesh = TestMesh.start();
  }

  @AfterEach
  void stop() {
    mesh.close();
    assertThat(mesh.internalErrors()).isEmpty();
  }

  @Test
  void anEnvoyPeerAndPlaintextReachAWovenTomcatOnOnePort() throws Exception {
    mesh.identity(ca.issue(CATALOG));
    Pem storefront = Pem.write(folder, "storefront", ca.issue(STOREFRONT));
    try (App app = new App(folder)) {
      mesh.inbound(app.port(), Mode.PERMISSIVE);
      try (Envoy envoy =
          Envoy.start(
              folder,
              "client",
              "",
              app.port(),
              Envoy.upstreamTls(storefront, CATALOG, SNI, HTTP_1),
              false)) {
        for (int i = 0; i < 20; i++) {
          assertThat(get(envoy.port(), "/items").body())
              .startsWith("http secure=false certificate=false")
              .contains("URI=" + STOREFRONT);
        }
        assertThat(envoy.handshakes(false)).isEqualTo(1);
        assertThat(get(app.port(), "/items").body()).startsWith("http secure=false");

        mesh.inbound(app.port(), Mode.STRICT);
        assertThat(get(envoy.port(), "/items").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get(app.port(), "/items")).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void anEnvoyThatExpectsSomebodyElseDoesNotTalkToAWovenTomcat() throws Exception {
    mesh.identity(ca.issue(CATALOG));
    Pem storefront = Pem.write(folder, "storefront", ca.issue(STOREFRONT));
    try (App app = new App(folder)) {
      mesh.inbound(app.port(), Mode.STRICT);
      try (Envoy envoy =
          Envoy.start(
              folder,
              "client",
              "",
              app.port(),
              Envoy.upstreamTls(storefront, CATALOG + "-other", SNI, HTTP_1),
              false)) {
        assertThat(get(envoy.port(), "/items").statusCode()).isEqualTo(503);
      }
    }
  }

  @Test
  void anEnvoyOfAForeignAuthorityIsRefusedByAWovenTomcat() throws Exception {
    mesh.identity(ca.issue(CATALOG));
    dev.weft.model.SvidMaterial foreign = new TestCa("foreign").issue(STOREFRONT);
    Pem forged =
        Pem.write(
            folder,
            "forged",
            new dev.weft.model.SvidMaterial(
                STOREFRONT, foreign.key(), foreign.chain(), java.util.List.of(ca.root()), 1));
    try (App app = new App(folder)) {
      mesh.inbound(app.port(), Mode.PERMISSIVE);
      try (Envoy envoy =
          Envoy.start(
              folder,
              "client",
              "",
              app.port(),
              Envoy.upstreamTls(forged, CATALOG, SNI, HTTP_1),
              false)) {
        assertThat(get(envoy.port(), "/items").statusCode()).isEqualTo(503);
      }
    }
  }

  @Test
  void anEnvoyPeerReachesAWovenGrpcServer() throws Exception {
    mesh.identity(ca.issue(CATALOG));
    Pem storefront = Pem.write(folder, "storefront", ca.issue(STOREFRONT));
    Server server = grpcServer();
    try {
      mesh.inbound(server.getPort(), Mode.STRICT);
      try (Envoy envoy =
          Envoy.start(
              folder,
              "client",
              "",
              server.getPort(),
              Envoy.upstreamTls(storefront, CATALOG, SNI, HTTP_2),
              true)) {
        assertThat(call("127.0.0.1:" + envoy.port(), "hello")).isEqualTo("echo hello");
        assertThatThrownBy(() -> call("127.0.0.1:" + server.getPort(), "plaintext"))
            .isInstanceOf(StatusRuntimeException.class);
      }
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  @Test
  void aWovenJavaHttpClientReachesAnEnvoyThatChecksItsIdentity() throws Exception {
    mesh.identity(ca.issue(STOREFRONT));
    Pem catalog = Pem.write(folder, "catalog", ca.issue(CATALOG));
    HttpServer app =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    app.createContext(
        "/",
        exchange -> {
          byte[] body =
              ("behind envoy " + exchange.getRequestHeaders().getFirst("x-forwarded-client-cert"))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    app.start();
    try (Envoy envoy =
        Envoy.start(
            folder,
            "server",
            Envoy.downstreamTls(catalog, STOREFRONT),
            app.getAddress().getPort(),
            "",
            false)) {
      mesh.apply(
          Service.named("catalog")
              .endpoint(new InetSocketAddress("127.0.0.1", envoy.port()))
              .mutualTls(SNI, CATALOG));
      HttpClient client = HttpClient.newHttpClient();
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> response = send(client, "http://catalog/items");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("behind envoy").contains("URI=" + STOREFRONT);
      }
      assertThat(envoy.handshakes(true)).isEqualTo(1);

      mesh.identity(ca.issue("spiffe://cluster.local/ns/default/sa/intruder", 2));
      assertThatThrownBy(
              () -> {
                HttpResponse<String> response = send(client, "http://catalog/items");
                assertThat(response.statusCode()).isGreaterThanOrEqualTo(500);
                throw new IOException("answered by the mesh: " + response.statusCode());
              })
          .isInstanceOf(IOException.class);
    } finally {
      app.stop(0);
    }
  }

  @Test
  void aWovenGrpcClientReachesAnEnvoyThatChecksItsIdentity() throws Exception {
    mesh.identity(ca.issue(STOREFRONT));
    Pem catalog = Pem.write(folder, "catalog", ca.issue(CATALOG));
    Server server = grpcServer();
    try (Envoy envoy =
        Envoy.start(
            folder,
            "server",
            Envoy.downstreamTls(catalog, STOREFRONT),
            server.getPort(),
            "",
            true)) {
      mesh.inbound(server.getPort(), Mode.DISABLE);
      mesh.apply(
          Service.named("payments", 9090)
              .http2()
              .endpoint(new InetSocketAddress("127.0.0.1", envoy.port()))
              .mutualTls(SNI, CATALOG));

      assertThat(call("payments:9090", "pay")).isEqualTo("echo pay");
      assertThat(envoy.handshakes(true)).isEqualTo(1);
      assertThat(mesh.calls()).hasSize(1);

      mesh.apply(
          Service.named("payments", 9090)
              .http2()
              .endpoint(new InetSocketAddress("127.0.0.1", envoy.port()))
              .mutualTls(SNI, CATALOG + "-other"));
      assertThatThrownBy(() -> call("payments:9090", "pay"))
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return send(HttpClient.newHttpClient(), "http://127.0.0.1:" + port + path);
  }

  private static HttpResponse<String> send(HttpClient client, String uri) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String call(String target, String message) throws InterruptedException {
    ManagedChannel channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    try {
      return ClientCalls.blockingUnaryCall(
          channel, ECHO, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), message);
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static Server grpcServer() throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .addService(
            ServerServiceDefinition.builder("test.Echo")
                .addMethod(
                    ECHO,
                    ServerCalls.asyncUnaryCall(
                        (request, answer) -> {
                          answer.onNext("echo " + request);
                          answer.onCompleted();
                        }))
                .build())
        .build()
        .start();
  }

  /** A servlet that tells what it sees. */
  private static final class App implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();

    App(Path folder) throws Exception {
      tomcat.setBaseDir(folder.toString());
      connector.setPort(0);
      connector.setProperty("address", "127.0.0.1");
      tomcat.setConnector(connector);
      Context context = tomcat.addContext("", folder.toString());
      Tomcat.addServlet(
          context,
          "app",
          new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
              response
                  .getWriter()
                  .print(
                      request.getScheme()
                          + " secure="
                          + request.isSecure()
                          + " certificate="
                          + (request.getAttribute("jakarta.servlet.request.X509Certificate")
                              != null)
                          + " xfcc="
                          + request.getHeader("x-forwarded-client-cert"));
            }
          });
      context.addServletMappingDecoded("/*", "app");
      tomcat.start();
    }

    int port() {
      return connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

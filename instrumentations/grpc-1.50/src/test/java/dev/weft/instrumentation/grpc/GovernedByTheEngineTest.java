package dev.weft.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.instrumentation.testing.RefusedPort;
import dev.weft.instrumentation.testing.Rule;
import dev.weft.instrumentation.testing.Service;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.instrumentation.testing.TestMesh;
import dev.weft.instrumentation.testing.Woven;
import dev.weft.model.InboundListener.Mode;
import dev.weft.model.RetryPolicy.On;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real engine behind the adapter: its policies reach gRPC calls and its books balance. */
@Woven(GrpcInstrumentationModule.class)
class GovernedByTheEngineTest {
  private static final String PAYMENTS = "spiffe://cluster.local/ns/default/sa/payments";

  private TestMesh mesh;
  private EchoServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    mesh = TestMesh.start();
    server = new EchoServer(NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)));
    channel = NettyChannelBuilder.forTarget("payments:9090").usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.close();
    await().untilAsserted(() -> assertThat(mesh.waitingTimers()).isZero());
    mesh.close();
    assertThat(mesh.internalErrors()).isEmpty();
  }

  @Test
  void unavailableIsRetriedAndTheCallCountedOnce() {
    mesh.apply(payments().rule(Rule.any().to("").retrying(3, On.GRPC_UNAVAILABLE)));
    server.failures.set(2);

    assertThat(unary("pay")).startsWith("pay");
    assertThat(server.calls).hasValue(3);
    assertThat(mesh.calls()).hasSize(1);
    assertThat(mesh.calls().get(0).attempts()).isEqualTo(3);
  }

  @Test
  void aRefusedConnectionIsFollowedByAnotherEndpoint() throws Exception {
    try (RefusedPort refused = new RefusedPort()) {
      mesh.apply(
          Service.named("payments", 9090)
              .http2()
              .endpoint(refused.port())
              .endpoint(server.address())
              .rule(Rule.any().to("").retrying(2, On.CONNECT_FAILURE)));
      for (int i = 0; i < 10; i++) {
        assertThat(unary("pay")).startsWith("pay");
      }
    }
    assertThat(mesh.calls()).hasSize(10);
  }

  @Test
  void theRoutesTimeoutIsDeadlineExceeded() {
    mesh.apply(payments().rule(Rule.any().to("").within(Duration.ofMillis(400))));

    assertThatThrownBy(() -> unary("hang"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(mesh.calls()).hasSize(1);
  }

  @Test
  void anAbortIsAStatus() {
    mesh.apply(payments().rule(Rule.any().to("").aborting(503, 1_000_000)));

    assertThatThrownBy(() -> unary("pay"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    assertThat(server.calls).hasValue(0);
  }

  @Test
  void mutualTlsBetweenWovenPeersIsReused() {
    TestCa ca = new TestCa("mesh");
    mesh.identity(ca.issue(PAYMENTS));
    mesh.inbound(server.address().getPort(), Mode.STRICT);
    mesh.apply(payments().mutualTls("payments.default.svc.cluster.local", PAYMENTS));

    for (int i = 0; i < 30; i++) {
      assertThat(unary("pay")).startsWith("pay").endsWith("scope=true");
    }
    assertThat(mesh.calls()).hasSize(30).allMatch(call -> call.mutualTls());
  }

  private Service payments() {
    return Service.named("payments", 9090).http2().endpoint(server.address());
  }

  private String unary(String request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        EchoServer.UNARY,
        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
        request);
  }
}

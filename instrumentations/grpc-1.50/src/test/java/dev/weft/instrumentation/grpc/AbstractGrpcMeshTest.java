package dev.weft.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.InboundPort.Mode;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.loader.Weaver;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every transport has to do; a subclass says which one it is. */
abstract class AbstractGrpcMeshTest {
  private static final TestCa CA = new TestCa("mesh");
  private static final String PAYMENTS = "spiffe://cluster.local/ns/default/sa/payments";
  private static final String ORDERS = "spiffe://cluster.local/ns/default/sa/orders";

  private ScriptedMesh mesh;
  private EchoServer server;
  private ManagedChannel channel;
  private final AtomicInteger appInterceptions = new AtomicInteger();

  abstract ServerBuilder<?> server();

  abstract ManagedChannelBuilder<?> client(String target);

  @BeforeAll
  static void weave() {
    Weaver.install(ByteBuddyAgent.install(), List.of(new GrpcInstrumentationModule()));
  }

  @BeforeEach
  void start() throws Exception {
    mesh = ScriptedMesh.start();
    mesh.identity = CA.issue(PAYMENTS);
    server = new EchoServer(server());
    channel = client("payments:9090").usePlaintext().intercept(new AppInterceptor()).build();
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS))
        .as("the channel lets go of every connection")
        .isTrue();
    server.close();
    int timers = mesh.waitingTimers();
    mesh.close();
    assertThat(mesh.internalErrors).isEmpty();
    assertThat(timers).as("timers left behind").isZero();
  }

  @Test
  void aNameThatOnlyTheMeshKnowsIsReached() {
    mesh.route("payments:9090", server.address());

    assertThat(unary("pay")).isEqualTo("pay attempt=1 inbound=yes app=once scope=true");
    assertThat(mesh.log)
        .containsExactly("POST /test.Echo/Unary payments:9090", "response -1", "end COMPLETE 0");
    assertThat(mesh.inbound).containsExactly("POST /test.Echo/Unary from plaintext");
    await().untilAsserted(() -> assertThat(mesh.inboundEnds).containsExactly(0));
  }

  @Test
  void aDnsTargetIsTheSameDestination() throws Exception {
    mesh.route("payments:9090", server.address());
    ManagedChannel dns = client("dns:///payments:9090").usePlaintext().build();
    try {
      assertThat(ClientCalls.blockingUnaryCall(dns, EchoServer.UNARY, CallOptions.DEFAULT, "a"))
          .startsWith("a attempt=1");
    } finally {
      dns.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void withoutPolicyTheChannelIsAsItWas() throws Exception {
    ManagedChannel plain =
        client("dns:///localhost:" + server.address().getPort()).usePlaintext().build();
    try {
      assertThat(ClientCalls.blockingUnaryCall(plain, EchoServer.UNARY, CallOptions.DEFAULT, "a"))
          .startsWith("a attempt=null");
      assertThat(mesh.log).isEmpty();
      assertThatThrownBy(() -> unary("unknown"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    } finally {
      plain.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void mutualTlsGoesBeneathAPlaintextChannelAndIsReused() {
    mesh.mode = Mode.STRICT;
    mesh.route("payments:9090", server.address()).tls =
        new ScriptedMesh.Tls(CA.issue(ORDERS), PAYMENTS);

    for (int i = 0; i < 50; i++) {
      assertThat(unary("pay")).startsWith("pay attempt=1");
    }
    assertThat(mesh.serverHandshakes).hasValue(1);
    assertThat(mesh.inbound).containsOnly("POST /test.Echo/Unary from " + ORDERS);
  }

  @Test
  void aPeerWithAnotherIdentityGetsNothing() {
    mesh.identity = CA.issue("spiffe://cluster.local/ns/default/sa/impostor");
    mesh.route("payments:9090", server.address()).tls =
        new ScriptedMesh.Tls(CA.issue(ORDERS), PAYMENTS);

    assertThatThrownBy(() -> unary("secret"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    assertThat(mesh.log).contains("failed TLS");
    assertThat(server.calls).hasValue(0);
  }

  @Test
  void aStrictServerRefusesPlaintext() {
    mesh.mode = Mode.STRICT;
    mesh.route("payments:9090", server.address());

    assertThatThrownBy(() -> unary("pay")).isInstanceOf(StatusRuntimeException.class);
    assertThat(mesh.refused).contains("plaintext on a port that takes mesh mTLS only");
    assertThat(server.calls).hasValue(0);
  }

  @Test
  void plaintextAndMutualTlsShareThePort() throws Exception {
    mesh.route("payments:9090", server.address());
    assertThat(unary("plain")).startsWith("plain");
    mesh.route("payments:9090", server.address()).tls =
        new ScriptedMesh.Tls(CA.issue(ORDERS), PAYMENTS);
    assertThat(unary("tls")).startsWith("tls");
    try (Socket garbage = new Socket("127.0.0.1", server.address().getPort())) {
      garbage.getOutputStream().write(new byte[] {22, 3, 1, 0, 5, 9, 9, 9, 9, 9});
      garbage.setSoTimeout(5_000);
      garbage.getInputStream().read();
    } catch (java.io.IOException refused) {
      // Closed or told so by gRPC: its own business.
    }
    assertThat(mesh.inbound)
        .containsExactly(
            "POST /test.Echo/Unary from plaintext", "POST /test.Echo/Unary from " + ORDERS);
  }

  @Test
  void aRefusedConnectionIsFollowedByAnotherEndpoint() throws Exception {
    mesh.route("payments:9090", refusing(), server.address()).retries = 1;

    assertThat(unary("pay")).startsWith("pay attempt=2");
    assertThat(mesh.log).contains("failed CONNECT");
    assertThat(appInterceptions).as("application interceptors run once").hasValue(1);
  }

  @Test
  void unavailableIsRetriedBelowTheApplication() {
    mesh.route("payments:9090", server.address()).retries = 2;
    server.failures.set(2);

    assertThat(unary("pay")).startsWith("pay attempt=3");
    assertThat(server.calls).hasValue(3);
    assertThat(mesh.log).containsSubsequence("response 14", "response 14", "end COMPLETE 0");
    assertThat(appInterceptions).hasValue(1);
  }

  @Test
  void whenRetriesRunOutTheServersStatusIsDelivered() {
    mesh.route("payments:9090", server.address()).retries = 1;
    server.failures.set(5);

    assertThatThrownBy(() -> unary("pay"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getDescription()).isEqualTo("scripted");
              assertThat(e.getTrailers().get(key("x-by-mesh"))).isEqualTo("yes");
            });
    assertThat(server.calls).hasValue(2);
    assertThat(mesh.log).endsWith("response 14", "end COMPLETE 14");
  }

  @Test
  void theMeshsTimeoutIsDeadlineExceededAndCancelsTheServersWork() {
    mesh.route("payments:9090", server.address()).timeoutNanos = Duration.ofMillis(200).toNanos();

    assertThatThrownBy(() -> unary("hang"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    await().untilAsserted(() -> assertThat(server.cancelled).containsExactly("hang"));
    assertThat(mesh.log).contains("failed TIMEOUT");
  }

  @Test
  void theApplicationsDeadlineIsKeptAndNotRetried() {
    mesh.route("payments:9090", server.address()).retries = 3;

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    EchoServer.UNARY,
                    CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS),
                    "hang"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(server.calls).hasValue(1);
  }

  @Test
  void anAbortIsTheApplicationsStatusWithoutACall() {
    mesh.route("payments:9090", server.address()).abortWith = 8;

    assertThatThrownBy(() -> unary("pay"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(e.getStatus().getDescription()).isEqualTo("by the mesh");
              assertThat(e.getTrailers().get(key("x-reply"))).isEqualTo("mesh");
            });
    assertThat(server.calls).hasValue(0);
    assertThat(mesh.log).endsWith("end");
  }

  @Test
  void anInjectedDelayHoldsTheCallBackOnTheTimer() {
    ScriptedMesh.Route route = mesh.route("payments:9090", server.address());
    route.delayNanos = Duration.ofMillis(150).toNanos();

    long start = System.nanoTime();
    assertThat(unary("pay")).startsWith("pay");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(route.delayNanos);
  }

  @Test
  void aPendingVerdictHoldsNoThread() {
    ScriptedMesh.Route route = mesh.route("payments:9090", server.address());
    route.pending = true;

    CompletableFuture<String> answer = async("pay");
    await().until(() -> route.whenReady != null);
    assertThat(answer).isNotDone();
    route.pending = false;
    route.whenReady.run();

    assertThat(answer.join()).startsWith("pay");
  }

  @Test
  void cancellingWhilePendingEndsTheCall() {
    ScriptedMesh.Route route = mesh.route("payments:9090", server.address());
    route.pending = true;
    CompletableFuture<Status> closed = new CompletableFuture<>();
    ClientCall<String, String> call = channel.newCall(EchoServer.UNARY, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage("pay");
    call.halfClose();
    call.cancel("enough", null);

    assertThat(closed.join().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(mesh.log).contains("cancel");
    assertThat(server.calls).hasValue(0);
  }

  @Test
  void cancellingACallReachesTheServer() {
    mesh.route("payments:9090", server.address()).retries = 3;
    ClientCall<String, String> call = channel.newCall(EchoServer.UNARY, CallOptions.DEFAULT);
    CompletableFuture<Status> closed = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage("hang");
    call.halfClose();
    await().until(() -> server.calls.get() == 1);
    call.cancel("enough", null);

    assertThat(closed.join().getCode()).isEqualTo(Status.Code.CANCELLED);
    await().untilAsserted(() -> assertThat(server.cancelled).containsExactly("hang"));
    assertThat(server.calls).hasValue(1);
  }

  @Test
  void aResponseStreamIsDeliveredAndRetriedBeforeItsHeaders() {
    mesh.route("payments:9090", server.address()).retries = 1;
    server.failures.set(1);

    Iterator<String> answers =
        ClientCalls.blockingServerStreamingCall(
            channel, EchoServer.SERVER_STREAM, CallOptions.DEFAULT, "n");
    List<String> all = new ArrayList<>();
    answers.forEachRemaining(all::add);

    assertThat(all).hasSize(100).startsWith("n0").endsWith("n99");
    assertThat(server.calls).hasValue(2);
  }

  @Test
  void aShortRequestStreamIsRepeated() {
    mesh.route("payments:9090", server.address()).retries = 1;
    server.failures.set(1);

    assertThat(collect(10)).isEqualTo("10 messages, 40 characters");
    assertThat(server.calls).hasValue(2);
  }

  @Test
  void aLongRequestStreamIsNotKeptAndItsFailureDelivered() {
    mesh.route("payments:9090", server.address()).retries = 1;
    server.failures.set(1);

    assertThatThrownBy(() -> collect(MeshClientCall.MAX_KEPT * 10))
        .hasMessageContaining("scripted");
    assertThat(server.calls).hasValue(1);
    assertThat(collect(MeshClientCall.MAX_KEPT * 10)).startsWith("640 messages");
  }

  @Test
  void bothSidesMayStream() throws Exception {
    mesh.route("payments:9090", server.address()).tls =
        new ScriptedMesh.Tls(CA.issue(ORDERS), PAYMENTS);
    List<String> answers = new ArrayList<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    StreamObserver<String> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(EchoServer.BIDI, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(String value) {
                answers.add(value);
              }

              @Override
              public void onError(Throwable t) {
                done.completeExceptionally(t);
              }

              @Override
              public void onCompleted() {
                done.complete(null);
              }
            });
    for (int i = 0; i < 200; i++) {
      requests.onNext("m" + i);
    }
    requests.onCompleted();
    done.get(10, TimeUnit.SECONDS);

    assertThat(answers).hasSize(200).startsWith("echo m0").endsWith("echo m199");
    assertThat(mesh.log).endsWith("end COMPLETE 0");
  }

  @Test
  void aPathRewriteChangesTheMethodOnTheWire() {
    mesh.route("payments:9090", server.address()).path = "/test.Echo/ServerStream";
    assertThat(
            ClientCalls.blockingServerStreamingCall(
                    channel, EchoServer.UNARY, CallOptions.DEFAULT, "n")
                .next())
        .isEqualTo("n0");
  }

  @Test
  void aRefusalIsAStatusOfTheServer() {
    mesh.route("payments:9090", server.address());
    mesh.refuseWith = 7;

    assertThatThrownBy(() -> unary("pay"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
    assertThat(server.calls).hasValue(0);
    await().untilAsserted(() -> assertThat(mesh.inboundEnds).containsExactly(7));
  }

  @Test
  void anInboundDelayHoldsNoThread() {
    mesh.route("payments:9090", server.address());
    mesh.inboundDelayNanos = Duration.ofMillis(100).toNanos();

    long start = System.nanoTime();
    assertThat(unary("pay")).startsWith("pay");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(mesh.inboundDelayNanos);
  }

  @Test
  void anEndpointThatComesBackIsUsedAgain() throws Exception {
    InetSocketAddress later = refusing();
    mesh.route("payments:9090", later);
    assertThatThrownBy(() -> unary("pay")).isInstanceOf(StatusRuntimeException.class);
    try (EchoServer reborn = new EchoServer(server(later.getPort()))) {
      await()
          .atMost(Duration.ofSeconds(8))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(unary("pay")).startsWith("pay"));
      assertThat(reborn.calls).hasPositiveValue();
    }
  }

  abstract ServerBuilder<?> server(int port);

  private String unary(String request) {
    return ClientCalls.blockingUnaryCall(channel, EchoServer.UNARY, CallOptions.DEFAULT, request);
  }

  private CompletableFuture<String> async(String request) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    ClientCalls.asyncUnaryCall(
        channel.newCall(EchoServer.UNARY, CallOptions.DEFAULT), request, single(answer));
    return answer;
  }

  private String collect(int messages) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    StreamObserver<String> requests =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(EchoServer.CLIENT_STREAM, CallOptions.DEFAULT), single(answer));
    for (int i = 0; i < messages; i++) {
      requests.onNext("four");
    }
    requests.onCompleted();
    try {
      return answer.get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static StreamObserver<String> single(CompletableFuture<String> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        answer.complete(value);
      }

      @Override
      public void onError(Throwable t) {
        answer.completeExceptionally(t);
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static InetSocketAddress refusing() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private final class AppInterceptor implements ClientInterceptor {
    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(
        MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
      appInterceptions.incrementAndGet();
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<S> listener, Metadata headers) {
          headers.put(key("x-app"), "once");
          super.start(listener, headers);
        }
      };
    }
  }
}

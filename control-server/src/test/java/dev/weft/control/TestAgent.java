package dev.weft.control;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import dev.weft.control.compile.XdsType;
import dev.weft.wire.istio.auth.IstioCertificateRequest;
import dev.weft.wire.istio.auth.IstioCertificateServiceGrpc;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.RegisterGrpc;
import dev.weft.wire.v1.RegisterRequest;
import dev.weft.wire.v1.RegisterResponse;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent as the server sees one, over real TLS sockets. */
final class TestAgent implements AutoCloseable {
  final BlockingQueue<DiscoveryResponse> pushed = new LinkedBlockingQueue<>();
  final BlockingQueue<RegisterResponse> registered = new LinkedBlockingQueue<>();
  final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final ManagedChannel channel;
  private final CallCredentials credentials;
  private final String id;
  private StreamObserver<DiscoveryRequest> ads;
  private StreamObserver<RegisterRequest> register;

  TestAgent(int port, Path data, String token, String identity, String id) throws IOException {
    this.id = id;
    channel =
        Grpc.newChannelBuilderForAddress(
                "localhost",
                port,
                TlsChannelCredentials.newBuilder()
                    .trustManager(data.resolve("ca/root.pem").toFile())
                    .build())
            .build();
    credentials =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo info, Executor executor, MetadataApplier applier) {
            Metadata headers = new Metadata();
            headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
            headers.put(
                Metadata.Key.of("weft-identity", Metadata.ASCII_STRING_MARSHALLER), identity);
            applier.apply(headers);
          }
        };
  }

  private TestAgent(int port, String id) {
    this.id = id;
    channel =
        Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
            .build();
    credentials =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo info, Executor executor, MetadataApplier applier) {
            applier.apply(new Metadata());
          }
        };
  }

  /** On the plaintext port, without credentials. */
  static TestAgent anonymous(int port, String id) {
    return new TestAgent(port, id);
  }

  List<String> certificate(String csr) {
    return IstioCertificateServiceGrpc.newBlockingStub(channel)
        .withCallCredentials(credentials)
        .createCertificate(IstioCertificateRequest.newBuilder().setCsr(csr).build())
        .getCertChainList();
  }

  void register(Announce announce) {
    if (register == null) {
      register =
          RegisterGrpc.newStub(channel).withCallCredentials(credentials).stream(into(registered));
    }
    register.onNext(RegisterRequest.newBuilder().setAnnounce(announce).build());
  }

  void send(RegisterRequest request) {
    register.onNext(request);
  }

  void subscribe(XdsType type, String... names) {
    if (ads == null) {
      ads =
          AggregatedDiscoveryServiceGrpc.newStub(channel)
              .withCallCredentials(credentials)
              .streamAggregatedResources(into(pushed));
    }
    ads.onNext(
        DiscoveryRequest.newBuilder()
            .setNode(node())
            .setTypeUrl(type.url())
            .addAllResourceNames(List.of(names))
            .build());
  }

  void ack(DiscoveryResponse response, String... names) {
    ads.onNext(answer(response, names).setVersionInfo(response.getVersionInfo()).build());
  }

  void nack(DiscoveryResponse response, String reason, String... names) {
    ads.onNext(
        answer(response, names)
            .setErrorDetail(Status.newBuilder().setCode(3).setMessage(reason))
            .build());
  }

  /** The next response of a type; others are acknowledged on the way. */
  DiscoveryResponse next(XdsType type) throws InterruptedException {
    DiscoveryResponse response = pushed.poll(10, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no " + type + " within 10 s; failures: " + failures);
    }
    if (!response.getTypeUrl().equals(type.url())) {
      throw new AssertionError("expected " + type + ", got " + response.getTypeUrl());
    }
    return response;
  }

  private String account() {
    return id.startsWith("c-") ? "catalog" : "web";
  }

  private Node node() {
    return Node.newBuilder()
        .setId("sidecar~127.0.0.1~" + id + ".default~default.svc.cluster.local")
        .setMetadata(
            Struct.newBuilder()
                .putAllFields(
                    Map.of(
                        "NAMESPACE", Value.newBuilder().setStringValue("default").build(),
                        "SERVICE_ACCOUNT", Value.newBuilder().setStringValue(account()).build(),
                        "WEFT_INSTANCE", Value.newBuilder().setStringValue(id).build())))
        .build();
  }

  private static DiscoveryRequest.Builder answer(DiscoveryResponse response, String... names) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setResponseNonce(response.getNonce())
        .addAllResourceNames(List.of(names));
  }

  private <T> StreamObserver<T> into(BlockingQueue<T> queue) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        queue.add(value);
      }

      @Override
      public void onError(Throwable error) {
        failures.add(error);
      }

      @Override
      public void onCompleted() {}
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

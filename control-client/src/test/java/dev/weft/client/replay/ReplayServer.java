package dev.weft.client.replay;

import com.google.protobuf.Any;
import dev.weft.wire.istio.auth.IstioCertificateRequest;
import dev.weft.wire.istio.auth.IstioCertificateResponse;
import dev.weft.wire.istio.auth.IstioCertificateServiceGrpc;
import dev.weft.wire.v1.RegisterGrpc;
import dev.weft.wire.v1.RegisterRequest;
import dev.weft.wire.v1.RegisterResponse;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A control plane on a loopback socket that plays resources as istiod does: CDS and LDS whole, RDS
 * and EDS as asked for by name, empty versions of resources; a certificate service; a registration.
 */
public final class ReplayServer implements AutoCloseable {
  public static final String CDS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  public static final String EDS =
      "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
  public static final String LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";
  public static final String RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

  /** ADS requests in order, of all streams. */
  public final List<DiscoveryRequest> requests = new CopyOnWriteArrayList<>();

  /** Register requests in order, of all streams. */
  public final List<RegisterRequest> registrations = new CopyOnWriteArrayList<>();

  public final List<IstioCertificateRequest> certificateRequests = new CopyOnWriteArrayList<>();
  public final List<Metadata> headers = new CopyOnWriteArrayList<>();
  public final List<Long> streamStarts = new CopyOnWriteArrayList<>();
  public volatile int leaseSeconds = 30;
  public volatile boolean enabled = true;
  public volatile boolean registerOffered = true;
  public volatile @Nullable TestCa ca;

  private final Map<String, Map<String, Any>> resources = new HashMap<>();
  private final Set<AdsSession> sessions = new HashSet<>();
  private final Set<StreamObserver<RegisterResponse>> registered = new HashSet<>();
  private final AtomicLong nonces = new AtomicLong();
  private final Server server;

  public ReplayServer() throws IOException {
    this(0, InsecureServerCredentials.create());
  }

  public ReplayServer(int port, ServerCredentials credentials) throws IOException {
    server =
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .addService(new Ads())
            .addService(new Certificates())
            .addService(new Registration())
            .intercept(new Headers())
            .maxInboundMessageSize(64 << 20)
            .build()
            .start();
  }

  public int port() {
    return server.getPort();
  }

  /** Replaces all resources of a type and sends them to whoever asked. */
  public synchronized void play(String type, Map<String, Any> all) {
    resources.put(type, new HashMap<>(all));
    sessions.forEach(session -> session.push(type));
  }

  /** Sends a response as it is, whoever asked for what. */
  public synchronized void send(String type, List<Any> all) {
    sessions.forEach(session -> session.respond(type, all));
  }

  /** Ends all streams with an error but goes on listening. */
  public synchronized void breakStreams() {
    List.copyOf(sessions)
        .forEach(s -> s.responses.onError(io.grpc.Status.UNAVAILABLE.asException()));
    sessions.clear();
    List.copyOf(registered).forEach(s -> s.onError(io.grpc.Status.UNAVAILABLE.asException()));
    registered.clear();
  }

  public List<DiscoveryRequest> requests(String type) {
    return requests.stream().filter(r -> r.getTypeUrl().equals(type)).toList();
  }

  /** Tells all registered agents, such as after {@link #enabled} was changed. */
  public synchronized void answerRegistrations() {
    registered.forEach(s -> s.onNext(answer()));
  }

  private RegisterResponse answer() {
    return RegisterResponse.newBuilder().setLeaseSeconds(leaseSeconds).setEnabled(enabled).build();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Ads
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> responses) {
      synchronized (ReplayServer.this) {
        streamStarts.add(System.nanoTime());
        AdsSession session = new AdsSession(responses);
        sessions.add(session);
        return session;
      }
    }
  }

  private final class AdsSession implements StreamObserver<DiscoveryRequest> {
    final StreamObserver<DiscoveryResponse> responses;
    private final Map<String, Set<String>> asked = new HashMap<>();
    private final Map<String, String> lastNonce = new HashMap<>();

    AdsSession(StreamObserver<DiscoveryResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      synchronized (ReplayServer.this) {
        requests.add(request);
        String type = request.getTypeUrl();
        if (!request.getResponseNonce().isEmpty()
            && !request.getResponseNonce().equals(lastNonce.get(type))) {
          return;
        }
        Set<String> names = Set.copyOf(request.getResourceNamesList());
        Set<String> before = asked.put(type, names);
        if (before == null || !before.equals(names)) {
          push(type);
        }
      }
    }

    void push(String type) {
      Set<String> names = asked.get(type);
      Map<String, Any> all = resources.get(type);
      if (names == null || all == null) {
        return;
      }
      boolean whole = type.equals(CDS) || type.equals(LDS);
      List<Any> sent = new ArrayList<>();
      all.forEach(
          (name, any) -> {
            if (whole || names.contains(name)) {
              sent.add(any);
            }
          });
      if (whole || !sent.isEmpty()) {
        respond(type, sent);
      }
    }

    void respond(String type, List<Any> all) {
      String nonce = "n" + nonces.incrementAndGet();
      lastNonce.put(type, nonce);
      responses.onNext(
          DiscoveryResponse.newBuilder()
              .setTypeUrl(type)
              .setNonce(nonce)
              .setVersionInfo("v" + nonces.get())
              .addAllResources(all)
              .build());
    }

    @Override
    public void onError(Throwable t) {
      synchronized (ReplayServer.this) {
        sessions.remove(this);
      }
    }

    @Override
    public void onCompleted() {
      synchronized (ReplayServer.this) {
        sessions.remove(this);
      }
      responses.onCompleted();
    }
  }

  private final class Certificates
      extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
    @Override
    public void createCertificate(
        IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
      certificateRequests.add(request);
      TestCa authority = ca;
      if (authority == null) {
        responses.onError(
            io.grpc.Status.UNAVAILABLE.withDescription("the CA is away").asException());
        return;
      }
      try {
        responses.onNext(
            IstioCertificateResponse.newBuilder()
                .addAllCertChain(authority.issue(request.getCsr()))
                .build());
        responses.onCompleted();
      } catch (Exception e) {
        responses.onError(
            io.grpc.Status.INVALID_ARGUMENT.withDescription(e.toString()).asException());
      }
    }
  }

  private final class Registration extends RegisterGrpc.RegisterImplBase {
    @Override
    public StreamObserver<RegisterRequest> stream(StreamObserver<RegisterResponse> responses) {
      if (!registerOffered) {
        responses.onError(io.grpc.Status.UNIMPLEMENTED.asException());
        return new Ignored();
      }
      synchronized (ReplayServer.this) {
        registered.add(responses);
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(RegisterRequest request) {
          synchronized (ReplayServer.this) {
            registrations.add(request);
            if (!request.hasGoodbye()) {
              responses.onNext(answer());
            }
          }
        }

        @Override
        public void onError(Throwable t) {
          gone();
        }

        @Override
        public void onCompleted() {
          gone();
          responses.onCompleted();
        }

        private void gone() {
          synchronized (ReplayServer.this) {
            registered.remove(responses);
          }
        }
      };
    }
  }

  private static final class Ignored implements StreamObserver<RegisterRequest> {
    @Override
    public void onNext(RegisterRequest value) {}

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }

  private final class Headers implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      headers.add(metadata);
      return next.startCall(call, metadata);
    }
  }
}

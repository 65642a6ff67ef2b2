package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.ResponseReader;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.bootstrap.Verdict;
import dev.weft.instrumentation.testing.PeerIdentity;
import dev.weft.instrumentation.testing.TestCa;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An engine that does what a test says, on both sides of a gRPC call. */
final class ScriptedMesh implements MeshEngine, InboundPort, AutoCloseable {
  final Map<String, Route> routes = new ConcurrentHashMap<>();
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<String> inbound = new CopyOnWriteArrayList<>();
  final List<Integer> inboundEnds = new CopyOnWriteArrayList<>();
  final List<String> refused = new CopyOnWriteArrayList<>();
  final List<Throwable> internalErrors = new CopyOnWriteArrayList<>();
  final Set<Integer> listening = ConcurrentHashMap.newKeySet();
  final AtomicInteger serverHandshakes = new AtomicInteger();
  volatile Mode mode = Mode.PERMISSIVE;
  volatile @Nullable SvidMaterial identity;
  volatile int refuseWith = -1;
  volatile long inboundDelayNanos;
  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

  static ScriptedMesh start() {
    ScriptedMesh mesh = new ScriptedMesh();
    mesh.executor.setRemoveOnCancelPolicy(true);
    Mesh.install(mesh);
    return mesh;
  }

  @Override
  public void close() {
    Mesh.install(null);
    executor.shutdownNow();
  }

  int waitingTimers() {
    return executor.getQueue().size();
  }

  Route route(String hostAndPort, InetSocketAddress... endpoints) {
    Route route = new Route(endpoints);
    routes.put(hostAndPort, route);
    return route;
  }

  /** What a destination's calls meet. */
  final class Route implements Destination {
    final List<InetSocketAddress> endpoints;
    volatile @Nullable PeerTls tls;
    volatile int retries;
    volatile Set<Integer> retryOnStatus = Set.of(14);
    volatile long timeoutNanos;
    volatile long connectTimeoutNanos;
    volatile int abortWith = -1;
    volatile long delayNanos;
    volatile boolean pending;
    volatile @Nullable Runnable whenReady;
    volatile @Nullable String path;
    final AtomicInteger turn = new AtomicInteger();

    Route(InetSocketAddress... endpoints) {
      this.endpoints = List.of(endpoints);
    }

    @Override
    public <R> Call begin(R request, RequestReader<? super R> reader, int flags) {
      log.add(
          reader.method(request) + " " + reader.path(request) + " " + reader.authority(request));
      return new ScriptedCall(this);
    }
  }

  private final class ScriptedCall extends Call {
    private final Route route;
    private int tries;
    private boolean waited;
    private int replyWith = -1;
    private @Nullable ScriptedAttempt attempt;

    ScriptedCall(Route route) {
      this.route = route;
    }

    @Override
    public Step next() {
      if (route.pending) {
        return Step.PENDING;
      }
      if (route.delayNanos > 0 && !waited) {
        waited = true;
        return Step.WAIT;
      }
      if (route.abortWith >= 0) {
        replyWith = route.abortWith;
        return Step.REPLY;
      }
      attempt =
          new ScriptedAttempt(
              this,
              route.endpoints.get(
                  Math.floorMod(route.turn.getAndIncrement(), route.endpoints.size())),
              ++tries);
      return Step.SEND;
    }

    @Override
    public Attempt attempt() {
      return attempt;
    }

    @Override
    public LocalReply reply() {
      return new Reply(replyWith);
    }

    @Override
    public long waitNanos() {
      return route.delayNanos;
    }

    @Override
    public void onReady(Runnable task) {
      route.whenReady = task;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public void cancel() {
      log.add("cancel");
    }

    @Override
    public void end() {
      log.add("end");
    }
  }

  private final class ScriptedAttempt extends Attempt {
    private final ScriptedCall call;
    private final InetSocketAddress address;
    private final int number;
    private boolean ended;

    ScriptedAttempt(ScriptedCall call, InetSocketAddress address, int number) {
      this.call = call;
      this.address = address;
      this.number = number;
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public @Nullable PeerTls tls() {
      return call.route.tls;
    }

    @Override
    public @Nullable String path() {
      return call.route.path;
    }

    @Override
    public @Nullable String authority() {
      return null;
    }

    @Override
    public <W> void writeHeaders(W request, HeaderWriter<? super W> writer) {
      writer.set(request, "x-attempt", Integer.toString(number));
    }

    @Override
    public <W> void writeResponseHeaders(W response, HeaderWriter<? super W> writer) {
      writer.set(response, "x-by-mesh", "yes");
    }

    @Override
    public long timeoutNanos() {
      return call.route.timeoutNanos;
    }

    @Override
    public long connectTimeoutNanos() {
      return call.route.connectTimeoutNanos;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public void sent() {}

    @Override
    public <S> Verdict response(
        int status, int grpcStatus, S response, ResponseReader<? super S> reader) {
      log.add("response " + grpcStatus);
      return call.route.retryOnStatus.contains(grpcStatus) && number <= call.route.retries
          ? Verdict.RETRY
          : Verdict.DELIVER;
    }

    @Override
    public Verdict failed(Failure failure, Throwable cause) {
      log.add("failed " + failure);
      if (failure == Failure.CANCELLED || failure == Failure.OTHER) {
        return Verdict.DELIVER;
      }
      if (number <= call.route.retries) {
        return Verdict.RETRY;
      }
      if (failure == Failure.TIMEOUT) {
        call.replyWith = 4;
        return Verdict.REPLY;
      }
      return Verdict.DELIVER;
    }

    @Override
    public void end(End end, int grpcStatus) {
      if (!ended) {
        ended = true;
        log.add("end " + end + " " + grpcStatus);
      }
    }
  }

  private record Reply(int grpcStatus) implements LocalReply {
    @Override
    public int status() {
      return 200;
    }

    @Override
    public String body() {
      return "by the mesh";
    }

    @Override
    public <W> void writeHeaders(W response, HeaderWriter<? super W> writer) {
      writer.set(response, "x-reply", "mesh");
    }
  }

  /** Client TLS that expects one identity. */
  record Tls(SvidMaterial own, String expected) implements PeerTls {
    @Override
    public SSLEngine newEngine(int alpn) {
      SSLEngine engine = TestCa.context(own).createSSLEngine("payments", 9090);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"istio-h2", "istio", "h2"});
      engine.setSSLParameters(parameters);
      return engine;
    }

    @Override
    public SSLSocket wrap(Socket socket, int alpn) throws IOException {
      SSLSocket tls =
          (SSLSocket)
              TestCa.context(own)
                  .getSocketFactory()
                  .createSocket(socket, "payments", socket.getPort(), true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"istio-h2", "istio", "h2"});
      tls.setSSLParameters(parameters);
      try {
        tls.startHandshake();
        verify(tls.getSession());
        return tls;
      } catch (IOException refused) {
        tls.close();
        throw refused;
      }
    }

    @Override
    public void verify(SSLSession session) throws SSLException {
      String shown = PeerIdentity.of(session);
      if (!expected.equals(shown)) {
        throw new SSLException("expected " + expected + ", peer is " + shown);
      }
    }
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    return routes.get(host + ":" + port);
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return null;
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return listening.contains(localPort) ? this : null;
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {
    if (protocol.equals("grpc") && tlsCapable) {
      listening.add(localPort);
    }
  }

  @Override
  public void stoppedListening(int localPort) {
    listening.remove(localPort);
  }

  @Override
  public MeshTimer timer() {
    return (task, nanos) -> {
      ScheduledFuture<?> scheduled =
          executor.schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    };
  }

  @Override
  public JdbcStatements jdbc() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void internalError(String place, Throwable failure) {
    internalErrors.add(new IllegalStateException(place, failure));
  }

  @Override
  public Mode mode() {
    return mode;
  }

  @Override
  public @Nullable SSLEngine newEngine(String... applicationProtocols) {
    SvidMaterial own = identity;
    if (own == null) {
      return null;
    }
    serverHandshakes.incrementAndGet();
    SSLEngine engine = TestCa.context(own).createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    List<String> supported = Arrays.asList(applicationProtocols);
    engine.setHandshakeApplicationProtocolSelector(
        (e, offered) -> supported.stream().filter(offered::contains).findFirst().orElse(""));
    return engine;
  }

  @Override
  public boolean isMeshHello(String[] offeredAlpn) {
    return Arrays.stream(offeredAlpn).anyMatch(name -> name.startsWith("istio"));
  }

  @Override
  public void refused(@Nullable SocketAddress peer, String reason) {
    refused.add(reason);
  }

  @Override
  public <R> InboundCall begin(
      R request,
      RequestReader<? super R> reader,
      @Nullable SSLSession peer,
      @Nullable SocketAddress remote) {
    inbound.add(
        reader.method(request)
            + " "
            + reader.path(request)
            + " from "
            + (peer == null ? "plaintext" : PeerIdentity.of(peer)));
    return new ScriptedInbound();
  }

  private final class ScriptedInbound extends InboundCall {
    private final RequestScope scope =
        new RequestScope() {
          @Override
          public long deadlineNanos() {
            return Long.MAX_VALUE;
          }
        };

    @Override
    public @Nullable LocalReply reply() {
      return refuseWith < 0 ? null : new Reply(refuseWith);
    }

    @Override
    public long delayNanos() {
      return inboundDelayNanos;
    }

    @Override
    public <W> void writeRequestHeaders(W request, HeaderWriter<? super W> writer) {
      writer.set(request, "x-inbound", "yes");
    }

    @Override
    public RequestScope.Current makeCurrent() {
      return RequestScope.makeCurrent(scope);
    }

    @Override
    public void end(int status, int grpcStatus, @Nullable Throwable failure) {
      inboundEnds.add(grpcStatus);
    }
  }

  List<String> logged() {
    return new ArrayList<>(log);
  }
}

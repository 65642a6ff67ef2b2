package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.instrumentation.testing.PeerIdentity;
import dev.weft.model.SvidMaterial;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An engine that does what a test says at one inbound port, and remembers what it was told. */
final class ScriptedMesh implements MeshEngine, InboundPort, AutoCloseable {
  volatile Mode mode = Mode.PERMISSIVE;
  volatile @Nullable SvidMaterial identity;
  volatile int refuseWith;
  volatile boolean broken;
  volatile long delayNanos;
  final Map<Integer, String> listening = new ConcurrentHashMap<>();
  final List<String> refused = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<Integer> ended = new CopyOnWriteArrayList<>();
  final List<Throwable> internalErrors = new CopyOnWriteArrayList<>();
  final AtomicInteger engines = new AtomicInteger();

  static ScriptedMesh start() {
    ScriptedMesh mesh = new ScriptedMesh();
    Mesh.install(mesh);
    return mesh;
  }

  @Override
  public void close() {
    Mesh.install(null);
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
    engines.incrementAndGet();
    SSLEngine engine = dev.weft.instrumentation.testing.TestCa.context(own).createSSLEngine();
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
  public <R> @Nullable InboundCall begin(
      R request,
      RequestReader<? super R> reader,
      @Nullable SSLSession peer,
      @Nullable SocketAddress remote) {
    if (broken) {
      throw new IllegalStateException("scripted failure of our own");
    }
    requests.add(
        reader.method(request)
            + " "
            + reader.path(request)
            + " "
            + reader.authority(request)
            + " from "
            + (peer == null ? "plaintext" : PeerIdentity.of(peer)));
    return new ScriptedCall();
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return listening.containsKey(localPort) ? this : null;
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {
    listening.put(localPort, protocol + (tlsCapable ? " mTLS" : ""));
  }

  @Override
  public void stoppedListening(int localPort) {
    listening.remove(localPort);
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    return null;
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return null;
  }

  @Override
  public MeshTimer timer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public JdbcStatements jdbc() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void internalError(String place, Throwable failure) {
    internalErrors.add(failure);
  }

  /** What a servlet sees as its scope. */
  static final class Scope extends RequestScope {
    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }
  }

  private final class ScriptedCall extends InboundCall {
    private final Scope scope = new Scope();

    @Override
    public @Nullable LocalReply reply() {
      return refuseWith == 0 ? null : new Refusal(refuseWith);
    }

    @Override
    public long delayNanos() {
      return delayNanos;
    }

    @Override
    public <W> void writeRequestHeaders(W request, HeaderWriter<? super W> writer) {
      writer.remove(request, "x-forged");
      writer.set(request, "x-from-mesh", "yes");
    }

    @Override
    public RequestScope.Current makeCurrent() {
      return RequestScope.makeCurrent(scope);
    }

    @Override
    public void end(int status, int grpcStatus, @Nullable Throwable failure) {
      ended.add(status);
    }
  }

  private record Refusal(int status) implements LocalReply {
    @Override
    public int grpcStatus() {
      return 7;
    }

    @Override
    public String body() {
      return "RBAC: access denied";
    }

    @Override
    public <W> void writeHeaders(W response, HeaderWriter<? super W> writer) {
      writer.set(response, "x-refused-by", "mesh");
    }
  }
}

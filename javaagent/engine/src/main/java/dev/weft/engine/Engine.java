package dev.weft.engine;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.call.CallContext;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.engine.inbound.InboundPorts;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.tls.Identities;
import dev.weft.model.InboundListener;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.SvidMaterial;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the seam in a running agent.
 *
 * <p>Concurrency: calls read one volatile {@link CompiledMesh}; {@link #swap} compiles on the
 * caller's thread under this object's monitor and then writes it, so calls never wait. Calls in
 * flight finish with what they began with.
 */
public final class Engine implements MeshEngine {
  private static final long IDENTITY_GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EngineEnvironment env;
  private final Identities identities = new Identities();
  private final InboundPorts inbound;
  private final CallContext context;
  private final JdbcStatements jdbc;
  private volatile CompiledMesh mesh = CompiledMesh.EMPTY;

  private Engine(EngineEnvironment env) {
    this.env = env;
    this.inbound = new InboundPorts(env, identities);
    this.context = new CallContext(env, identities, env.clock().nanos() + IDENTITY_GRACE_NANOS);
    this.jdbc = env.recorder()::statement;
  }

  /**
   * Makes an engine without configuration: every look-up answers "not ours". For five seconds from
   * now a call that needs our identity waits for it, if it has not arrived; later it is refused.
   */
  public static Engine create(EngineEnvironment env) {
    return new Engine(env);
  }

  /**
   * Takes a snapshot into force. Never throws for bad content: what cannot be used is listed in
   * {@link #notApplied()}. Endpoints that stay keep their state.
   */
  public synchronized void swap(MeshSnapshot snapshot) {
    CompiledMesh before = mesh;
    MeshCompiler compiler = new MeshCompiler(snapshot, before, context);
    CompiledMesh next = compiler.compile();
    mesh = next;
    inbound.policies(snapshot.inbound());
    compiler.fresh().forEach(ClusterState::start);
    before
        .clusters()
        .forEach(
            (name, state) -> {
              if (next.clusters().get(name) != state) {
                state.close();
              }
            });
  }

  /** Takes an identity into use; null drops it. Unusable material leaves the last one in force. */
  public void identity(@Nullable SvidMaterial material) {
    try {
      identities.use(material);
    } catch (GeneralSecurityException e) {
      env.events().internalError("Engine.identity", e);
    }
  }

  /** What a port does before its first policy is known; at first {@code DISABLE}: not ours. */
  public void defaultInbound(InboundListener.Mode mode) {
    inbound.otherwise(mode);
  }

  /** What was received and is not in force, and why. */
  public List<NotApplied> notApplied() {
    return mesh.notApplied();
  }

  /** The snapshot in force. */
  public MeshSnapshot snapshot() {
    return mesh.snapshot();
  }

  /** Tells where a request would go, and why. Changes nothing. */
  public Explanation explain(RequestDescription request) {
    return Explainer.explain(mesh.http(), env.random(), request);
  }

  /** Clusters at run time, for status pages. */
  public List<ClusterState> clusters() {
    return List.copyOf(mesh.clusters().values());
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    return mesh.http().find(host, port);
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return mesh.tcp().find(host, port);
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return inbound.find(localPort);
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {
    env.events().listening(localPort, protocol, tlsCapable);
  }

  @Override
  public void stoppedListening(int localPort) {
    env.events().stoppedListening(localPort);
  }

  @Override
  public MeshTimer timer() {
    return env.timer();
  }

  @Override
  public JdbcStatements jdbc() {
    return jdbc;
  }

  @Override
  public void internalError(String place, Throwable failure) {
    env.events().internalError(place, failure);
  }
}

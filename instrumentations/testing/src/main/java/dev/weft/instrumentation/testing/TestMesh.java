package dev.weft.instrumentation.testing;

import dev.weft.bootstrap.Mesh;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.env.Clock;
import dev.weft.engine.env.Events;
import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.Cluster;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.HeaderMutation;
import dev.weft.model.InboundListener;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.SvidMaterial;
import dev.weft.model.VirtualHost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real engine behind {@link Mesh}, fed by hand: what the control client does in production.
 *
 * <p>Chance comes from a fixed seed; time is real, since adapters park and connect in real time.
 * What the engine records is kept, and so are failures of our own, which a case must not have.
 */
public final class TestMesh implements AutoCloseable {
  private static final long SEED = 20_261_123L;

  private final List<RecordedCall> calls = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> internalErrors = Collections.synchronizedList(new ArrayList<>());
  private final Map<Integer, InboundListener> inbound = new HashMap<>();
  private final AtomicInteger versions = new AtomicInteger();
  private final TestTimer timer = new TestTimer();
  private final Engine engine;
  private List<Service> services = List.of();

  private TestMesh(Tracing tracing) {
    Random random = new Random(SEED);
    EngineEnvironment environment =
        new EngineEnvironment(
                Clock.SYSTEM,
                bound -> {
                  synchronized (random) {
                    return random.nextInt(bound);
                  }
                },
                timer,
                new Calls(),
                tracing)
            .with(new InternalErrors());
    engine = Engine.create(environment);
    Mesh.install(engine);
  }

  /** Starts an engine without any policy and puts it behind the seam. */
  public static TestMesh start() {
    return start(Tracing.NONE);
  }

  /** The same, with spans. */
  public static TestMesh start(Tracing tracing) {
    return new TestMesh(tracing);
  }

  /** Puts these services, and nothing else, in force. */
  public TestMesh apply(Service... next) {
    services = List.of(next);
    swap();
    return this;
  }

  /** Puts a policy for a port of this JVM in force, beside what there is. */
  public TestMesh inbound(int port, InboundListener.Mode mode) {
    inbound.put(port, new InboundListener(port, mode, List.of()));
    swap();
    return this;
  }

  /** Gives this JVM an identity. */
  public TestMesh identity(SvidMaterial material) {
    engine.identity(material);
    return this;
  }

  /** The kill switch: takes the mesh out of the process. */
  public void kill() {
    Mesh.install(null);
  }

  /** Puts the mesh back. */
  public void revive() {
    Mesh.install(engine);
  }

  /** The engine. */
  public Engine engine() {
    return engine;
  }

  /** Logical calls that have ended, in order. */
  public List<RecordedCall> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  /** Failures of our own. */
  public List<Throwable> internalErrors() {
    synchronized (internalErrors) {
      return List.copyOf(internalErrors);
    }
  }

  /** Timer tasks that wait: 0 when every watchdog was cancelled. */
  public int waitingTimers() {
    return timer.waiting();
  }

  @Override
  public void close() {
    Mesh.install(null);
    timer.stop();
  }

  private void swap() {
    engine.swap(snapshot());
  }

  private MeshSnapshot snapshot() {
    Map<Integer, List<VirtualHost>> hosts = new LinkedHashMap<>();
    Map<String, Cluster> clusters = new HashMap<>();
    Map<String, ClusterLoadAssignment> assignments = new HashMap<>();
    for (Service service : services) {
      hosts.computeIfAbsent(service.port(), p -> new ArrayList<>()).add(service.virtualHost());
      service.addTo(clusters, assignments);
    }
    List<OutboundListener> listeners = new ArrayList<>();
    Map<String, RouteConfiguration> routes = new HashMap<>();
    hosts.forEach(
        (port, virtualHosts) -> {
          String table = port.toString();
          listeners.add(
              new OutboundListener(
                  "0.0.0.0_" + port, "0.0.0.0", port, new OutboundListener.Target.Http(table)));
          routes.put(
              table,
              new RouteConfiguration(
                  table, virtualHosts, HeaderMutation.NONE, HeaderMutation.NONE, true));
        });
    return new MeshSnapshot(
        "test-" + versions.incrementAndGet(),
        listeners,
        routes,
        clusters,
        assignments,
        inbound,
        List.of());
  }

  private final class Calls implements Recorder {
    @Override
    public void outbound(CallView call) {
      calls.add(
          new RecordedCall(
              call.method(),
              call.path(),
              call.authority(),
              call.status(),
              dev.weft.engine.telemetry.Flags.text(call.flags()),
              call.attempts(),
              call.mutualTls(),
              call.target().workload().name(),
              call.failure()));
    }
  }

  private final class InternalErrors implements Events {
    @Override
    public void internalError(String place, Throwable failure) {
      internalErrors.add(new IllegalStateException("Internal error in " + place, failure));
    }
  }
}

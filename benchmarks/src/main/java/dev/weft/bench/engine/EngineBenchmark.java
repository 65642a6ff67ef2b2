package dev.weft.bench.engine;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.ResponseReader;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.MeshSnapshot;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * What the engine costs per call, from the dialled name to the record, without telemetry and
 * without sending anything. Hits are random over hosts and routes, so that no cache of the CPU or
 * the JIT sees the same call twice in a row.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {
  private static final int ENDPOINTS = 10_000;
  private static final int DRAWS = 1 << 14;

  /** A request as a library would hold it. */
  record Request(String host, String path, String user) {}

  private static final RequestReader<Request> READER =
      new RequestReader<>() {
        @Override
        public String method(Request r) {
          return "GET";
        }

        @Override
        public String path(Request r) {
          return r.path;
        }

        @Override
        public String authority(Request r) {
          return r.host;
        }

        @Override
        public @Nullable String header(Request r, String name) {
          return name.equals("x-user") ? r.user : null;
        }
      };

  private static final ResponseReader<Request> RESPONSE = (r, name) -> null;

  private static final MeshTimer NO_TIMER = (task, nanos) -> () -> {};

  private static Engine engine(MeshSnapshot snapshot) {
    Engine engine = Engine.create(EngineEnvironment.system(NO_TIMER, Recorder.NONE, Tracing.NONE));
    engine.swap(snapshot);
    return engine;
  }

  private static Request[] requests(int hosts, int routes) {
    Request[] requests = new Request[DRAWS];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < DRAWS; i++) {
      requests[i] =
          new Request(
              SyntheticMesh.host(random.nextInt(hosts)),
              SyntheticMesh.path(random.nextInt(routes)),
              "ann");
    }
    return requests;
  }

  /** The goal's mesh: 1,000 hosts × 10 routes, 10,000 endpoints. */
  @State(Scope.Benchmark)
  public static class Wide {
    Engine engine = engine(SyntheticMesh.of(1, 1, 1));
    Request[] requests = new Request[0];

    /** Compiles the mesh. */
    @Setup
    public void setup() {
      engine = engine(SyntheticMesh.of(1000, 10, ENDPOINTS));
      requests = requests(1000, 10);
    }
  }

  /** One host with many routes. */
  @State(Scope.Benchmark)
  public static class Deep {
    /** Routes of the host. */
    @Param({"10", "1000", "10000"})
    public int routes;

    Engine engine = engine(SyntheticMesh.of(1, 1, 1));
    Request[] requests = new Request[0];

    /** Compiles the mesh. */
    @Setup
    public void setup() {
      engine = engine(SyntheticMesh.of(1, routes, ENDPOINTS));
      requests = requests(1, routes);
    }
  }

  /** Where a thread is in the drawn requests. */
  @State(Scope.Thread)
  public static class Cursor {
    int at = ThreadLocalRandom.current().nextInt(DRAWS);

    Request next(Request[] requests) {
      return requests[at++ & DRAWS - 1];
    }
  }

  private static int call(Engine engine, Request request) {
    Destination destination = engine.http(request.host, 80);
    Call call =
        destination == null
            ? null
            : destination.begin(request, READER, Destination.BODY_REPEATABLE);
    if (call == null || call.next() != Call.Step.SEND) {
      throw new IllegalStateException("every drawn request has a route and an endpoint");
    }
    Attempt attempt = call.attempt();
    int port = attempt.address().getPort();
    attempt.sent();
    attempt.response(200, -1, request, RESPONSE);
    attempt.end(Attempt.End.COMPLETE, -1);
    return port;
  }

  /** The whole call, 1,000 hosts × 10 routes. */
  @Benchmark
  public int decisionWide(Wide mesh, Cursor cursor) {
    return call(mesh.engine, cursor.next(mesh.requests));
  }

  /** The same with both processors at work. */
  @Benchmark
  @Threads(2)
  public int decisionWideContended(Wide mesh, Cursor cursor) {
    return call(mesh.engine, cursor.next(mesh.requests));
  }

  /** The whole call to one host with many routes. */
  @Benchmark
  public int decisionDeep(Deep mesh, Cursor cursor) {
    return call(mesh.engine, cursor.next(mesh.requests));
  }

  /** A destination without policy: what every ungoverned call pays. */
  @Benchmark
  public @Nullable Destination noPolicy(Wide mesh) {
    return mesh.engine.http("www.example.org", 443);
  }

  /** The same at a port that the mesh governs for other hosts. */
  @Benchmark
  public @Nullable Destination noPolicyAtGovernedPort(Wide mesh) {
    return mesh.engine.http("www.example.org", 80);
  }

  /** Compiling a mesh of 1,000 hosts × 10 routes from nothing. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public Engine compile(Snapshot snapshot) {
    return engine(snapshot.snapshot);
  }

  /** What is compiled. */
  @State(Scope.Benchmark)
  public static class Snapshot {
    final MeshSnapshot snapshot = SyntheticMesh.of(1000, 10, ENDPOINTS);
  }
}

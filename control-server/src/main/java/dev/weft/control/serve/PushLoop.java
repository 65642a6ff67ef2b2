package dev.weft.control.serve;

import dev.weft.control.compile.Compiler;
import dev.weft.control.compile.Mesh;
import dev.weft.control.compile.Node;
import dev.weft.control.compile.Snapshot;
import dev.weft.control.compile.XdsType;
import dev.weft.control.register.Instance;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that compiles and pushes: owner of the compiler and of all streams' state.
 *
 * <p>Changes are gathered for a few milliseconds, so that a burst of them is one push.
 */
public final class PushLoop {
  private static final Logger LOG = LoggerFactory.getLogger(PushLoop.class);
  private static final long GATHER_MILLIS = 10;

  private final ScheduledExecutorService thread;
  private final BiFunction<@Nullable Mesh, List<Instance>, Mesh> build;
  private final java.util.function.Supplier<List<Instance>> instances;
  private final Compiler compiler;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Set<AdsStream> streams = new LinkedHashSet<>();
  private final Map<String, Snapshot> snapshots = new HashMap<>();
  private long pushes;

  /**
   * Starts with what is there.
   *
   * @param build makes a mesh, given the one before
   */
  public PushLoop(
      ScheduledExecutorService thread,
      BiFunction<@Nullable Mesh, List<Instance>, Mesh> build,
      java.util.function.Supplier<List<Instance>> instances) {
    this.thread = thread;
    this.build = build;
    this.instances = instances;
    List<Instance> now = instances.get();
    this.compiler = new Compiler(build.apply(null, now));
    compiler.mesh(compiler.mesh(), now);
  }

  /** Something that is compiled has changed. Never blocks. */
  public void changed() {
    if (scheduled.compareAndSet(false, true)) {
      thread.schedule(this::rebuild, GATHER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void rebuild() {
    scheduled.set(false);
    try {
      List<Instance> now = instances.get();
      compiler.mesh(build.apply(compiler.mesh(), now), now);
      snapshots.clear();
      pushes++;
      for (AdsStream stream : List.copyOf(streams)) {
        push(stream);
      }
    } catch (RuntimeException e) {
      LOG.error("Compiling failed; the last good configuration stays in force.", e);
    }
  }

  void request(AdsStream stream, DiscoveryRequest request) {
    thread.execute(
        () -> {
          try {
            streams.add(stream);
            stream.request(request, snapshot(stream.node()));
          } catch (RuntimeException e) {
            LOG.error("A request of {} failed.", stream.node().id(), e);
          }
        });
  }

  void closed(AdsStream stream) {
    thread.execute(() -> streams.remove(stream));
  }

  /** Looks at streams' secrets again: certificates are renewed at half their life. */
  public void secretsTick() {
    thread.execute(() -> streams.forEach(this::push));
  }

  private void push(AdsStream stream) {
    try {
      stream.push(snapshot(stream.node()));
    } catch (RuntimeException e) {
      LOG.error("Pushing to {} failed.", stream.node().id(), e);
    }
  }

  private Snapshot snapshot(Node node) {
    return snapshots.computeIfAbsent(node.id() + node.instance(), id -> compiler.snapshot(node));
  }

  /** A node's stream, for people. */
  public record StreamState(Node node, Map<XdsType, AdsStream.Standing> types) {}

  /** All streams and how they stand. */
  public CompletableFuture<Collection<StreamState>> states() {
    return CompletableFuture.supplyAsync(
        () -> {
          List<StreamState> states = new ArrayList<>();
          for (AdsStream stream : streams) {
            states.add(new StreamState(stream.node(), stream.standing(snapshot(stream.node()))));
          }
          return states;
        },
        thread);
  }

  /** The mesh and what it compiles to for a node. */
  public CompletableFuture<Snapshot> compile(Node node) {
    return CompletableFuture.supplyAsync(() -> compiler.snapshot(node), thread);
  }

  /** The mesh that is served now. */
  public CompletableFuture<Mesh> mesh() {
    return CompletableFuture.supplyAsync(compiler::mesh, thread);
  }

  /** The mesh with all changes so far: what waits to be compiled is compiled first. */
  public CompletableFuture<Mesh> fresh() {
    return CompletableFuture.supplyAsync(
        () -> {
          rebuild();
          return compiler.mesh();
        },
        thread);
  }

  /** How often something was compiled. */
  public CompletableFuture<Long> pushes() {
    return CompletableFuture.supplyAsync(() -> pushes, thread);
  }
}

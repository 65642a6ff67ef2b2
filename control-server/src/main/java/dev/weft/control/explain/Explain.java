package dev.weft.control.explain;

import com.google.protobuf.Any;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.client.ads.OfflineSnapshot;
import dev.weft.client.ads.ResourceType;
import dev.weft.control.compile.Resource;
import dev.weft.control.compile.Snapshot;
import dev.weft.control.compile.XdsType;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.env.Resolver;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers what an agent would do with a call, by the agent's own code: the compiled resources are
 * translated by the control client and looked up by the engine. Nothing is sent, resolved or
 * scheduled.
 */
public final class Explain {
  private static final MeshTimer NO_TIMER = (task, nanos) -> () -> {};
  private static final Resolver NO_NAMES = (host, answers) -> () -> {};

  private Explain() {}

  /**
   * An answer.
   *
   * @param notApplied what the agent sets aside of this snapshot
   */
  public record Answer(Explanation explanation, List<NotApplied> notApplied) {}

  /** What happens to {@code request} in a JVM that has {@code compiled}. */
  public static Answer explain(Snapshot compiled, RequestDescription request) {
    Map<ResourceType, List<Any>> resources = new EnumMap<>(ResourceType.class);
    resources.put(ResourceType.CLUSTER, of(compiled, XdsType.CLUSTER));
    resources.put(ResourceType.ENDPOINT, of(compiled, XdsType.ENDPOINT));
    resources.put(ResourceType.LISTENER, of(compiled, XdsType.LISTENER));
    resources.put(ResourceType.ROUTE, of(compiled, XdsType.ROUTE));
    MeshSnapshot snapshot = OfflineSnapshot.of(resources);
    Engine engine =
        Engine.create(
            EngineEnvironment.system(NO_TIMER, Recorder.NONE, Tracing.NONE).with(NO_NAMES));
    engine.swap(snapshot);
    try {
      Set<NotApplied> notApplied = new LinkedHashSet<>(snapshot.notApplied());
      notApplied.addAll(engine.notApplied());
      return new Answer(engine.explain(request), List.copyOf(notApplied));
    } finally {
      engine.swap(MeshSnapshot.EMPTY);
    }
  }

  private static List<Any> of(Snapshot compiled, XdsType type) {
    return compiled.of(type).values().stream().map(Resource::any).toList();
  }
}

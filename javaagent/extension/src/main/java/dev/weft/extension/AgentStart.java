package dev.weft.extension;

import dev.weft.bootstrap.Mesh;
import dev.weft.client.disk.SnapshotFile;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.extension.config.AgentConfig;
import dev.weft.extension.config.ConfigSource;
import dev.weft.extension.telemetry.AccessLog;
import dev.weft.extension.telemetry.LocalWorkload;
import dev.weft.extension.telemetry.MicrometerRecorder;
import dev.weft.extension.telemetry.SwitchableTracing;
import dev.weft.extension.timer.SharedTimer;
import dev.weft.loader.AgentBoot;
import dev.weft.loader.WeavingReport;
import dev.weft.model.InboundListener;
import dev.weft.model.MeshSnapshot;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Start of the mesh in this JVM, called by the loader before main.
 *
 * <p>Before main only what calls need: configuration, the last known snapshot, the engine. All else
 * (connection, certificates, metrics, admin endpoint) is made by {@link MeshRuntime} on a thread of
 * its own. Code on this path uses neither lambdas nor protobuf, which would cost main its start.
 */
public final class AgentStart {
  private AgentStart() {}

  /**
   * Puts the engine behind {@link Mesh} and starts the rest in the background.
   *
   * @param report what is woven; grows while classes load
   */
  public static void start(Instrumentation unused, WeavingReport report) {
    List<String> problems = new ArrayList<>();
    AgentConfig config = AgentConfig.read(ConfigSource.ofProcess(problems), problems);
    for (String problem : problems) {
      Log.warn(problem);
    }
    if (!config.enabled()) {
      Log.info("Idle: WEFT_ENABLED is false.");
      return;
    }
    if (config.control().isEmpty()) {
      Log.info("Idle: no control server is named. Set WEFT_CONTROL=host:port to join a mesh.");
      return;
    }
    MicrometerRecorder metrics = new MicrometerRecorder(local(config));
    SwitchableTracing tracing = new SwitchableTracing(AgentBoot.tracingIsTheirs());
    Notices notices = new Notices();
    Engine engine =
        Engine.create(
            EngineEnvironment.system(
                    new SharedTimer(), AccessLog.before(metrics, config.accessLog()), tracing)
                .with(notices));
    if (config.inboundDefault() == AgentConfig.InboundDefault.HOLD) {
      Log.warn(
          "WEFT_INBOUND_DEFAULT is hold: until the first policy is known connections are refused,"
              + " they do not wait yet.");
    }
    engine.defaultInbound(mode(config.inboundDefault()));
    Path file = snapshotFile(config);
    MeshSnapshot cached = file == null ? null : SnapshotFile.read(file, new Warn());
    if (cached != null) {
      engine.swap(cached);
    }
    EngineSwitch installed =
        new EngineSwitch(engine, cached == null ? config.firstConfigWait().toNanos() : 0);
    installed.on();
    MeshRuntime runtime =
        new MeshRuntime(config, engine, installed, metrics, tracing, notices, report, cached, file);
    Thread thread = new Thread(null, runtime, "weft-start", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(AgentStart.class.getClassLoader());
    thread.start();
  }

  /** Who this JVM is in metrics and spans. */
  static LocalWorkload local(AgentConfig config) {
    String version = config.labels().get("version");
    return new LocalWorkload(
        config.service(), config.namespace(), config.service(), version == null ? "" : version);
  }

  private static InboundListener.Mode mode(AgentConfig.InboundDefault wanted) {
    return wanted == AgentConfig.InboundDefault.OPEN
        ? InboundListener.Mode.DISABLE
        : InboundListener.Mode.CLOSED;
  }

  private static @Nullable Path snapshotFile(AgentConfig config) {
    Path directory = config.cacheDirectory();
    if (directory == null) {
      return null;
    }
    try {
      Files.createDirectories(directory);
      return directory.resolve("snapshot");
    } catch (IOException e) {
      Log.warn(
          "The cache directory "
              + directory
              + " cannot be made ("
              + e.getMessage()
              + "); nothing is kept for the next start. Set WEFT_CACHE_DIR.");
      return null;
    }
  }

  private static final class Warn implements Consumer<String> {
    @Override
    public void accept(String problem) {
      Log.warn(problem);
    }
  }
}

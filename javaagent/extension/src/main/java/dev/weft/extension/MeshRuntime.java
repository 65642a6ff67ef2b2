package dev.weft.extension;

import dev.weft.bootstrap.NestedCalls;
import dev.weft.client.AgentReport;
import dev.weft.client.Listener;
import dev.weft.client.Status;
import dev.weft.engine.Engine;
import dev.weft.extension.admin.AdminServer;
import dev.weft.extension.admin.AdminServer.Answer;
import dev.weft.extension.admin.AdminServer.Page;
import dev.weft.extension.admin.Pages;
import dev.weft.extension.config.AgentConfig;
import dev.weft.extension.join.Membership;
import dev.weft.extension.telemetry.MicrometerRecorder;
import dev.weft.extension.telemetry.OtlpSettings;
import dev.weft.extension.telemetry.OtlpTracing;
import dev.weft.extension.telemetry.SwitchableTracing;
import dev.weft.loader.AgentBoot;
import dev.weft.loader.WeavingReport;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that main does not wait for. Runs once, on the agent's start thread. */
final class MeshRuntime implements Runnable, Listener {
  private final AgentConfig config;
  private final Engine engine;
  private final EngineSwitch installed;
  private final MicrometerRecorder metrics;
  private final SwitchableTracing tracing;
  private final Notices notices;
  private final WeavingReport report;
  private final @Nullable MeshSnapshot cached;
  private final @Nullable Path file;
  private volatile @Nullable Membership membership;
  private volatile @Nullable SvidMaterial identity;
  private volatile boolean enabledByServer = true;
  private volatile boolean enabledHere = true;

  MeshRuntime(
      AgentConfig config,
      Engine engine,
      EngineSwitch installed,
      MicrometerRecorder metrics,
      SwitchableTracing tracing,
      Notices notices,
      WeavingReport report,
      @Nullable MeshSnapshot cached,
      @Nullable Path file) {
    this.config = config;
    this.engine = engine;
    this.installed = installed;
    this.metrics = metrics;
    this.tracing = tracing;
    this.notices = notices;
    this.report = report;
    this.cached = cached;
    this.file = file;
  }

  @Override
  public void run() {
    NestedCalls.enter();
    try {
      String admin = openAdmin();
      Membership joined = Membership.join(config, notices, this, cached, file, admin);
      membership = joined;
      SvidMaterial early = identity;
      if (early != null) {
        joined.identity(early);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(joined::leave, "weft-leave"));
      report.onChange(this::tell);
      tell();
      startTracing();
      metrics.warmUp();
      metrics.gauge(
          "weft.agent.internal.errors",
          "Failures of the agent itself; the application was not affected",
          notices,
          Notices::internalErrors);
      metrics.gauge(
          "weft.agent.refused.inbound",
          "Inbound connections and requests refused by policy",
          notices,
          Notices::refusals);
    } catch (IOException | RuntimeException | LinkageError e) {
      installed.endWait();
      Log.warn("The mesh is not joined (" + e + "); the application runs on what is cached.");
      notices.internalError("MeshRuntime", e);
    } finally {
      NestedCalls.exit();
    }
  }

  private void startTracing() {
    OtlpSettings settings = AgentBoot.tracingIsTheirs() ? null : OtlpSettings.ofProcess();
    if (settings == null) {
      return;
    }
    try {
      OtlpTracing spans =
          OtlpTracing.start(settings, AgentStart.local(config), config.tracesSample());
      tracing.use(spans);
      Runtime.getRuntime().addShutdownHook(new Thread(spans::close, "weft-spans"));
    } catch (IllegalArgumentException e) {
      Log.warn(
          "No spans are exported to "
              + settings.endpoint()
              + " ("
              + e.getMessage()
              + "); set OTEL_EXPORTER_OTLP_ENDPOINT to a URL such as http://localhost:4318.");
    }
  }

  /** Opens the admin endpoint and the one for scraping; the address that peers may scrape. */
  private String openAdmin() {
    Pages pages = new Pages(engine, metrics, notices, report, this::status, this::switchHere);
    String scraped = "";
    try {
      if (config.adminPort() >= 0) {
        scraped = AdminServer.start(null, config.adminPort(), pages.all()).address();
      }
      String wanted = config.metricsAddress();
      if (wanted != null) {
        int colon = wanted.lastIndexOf(':');
        String bind = colon < 0 ? "0.0.0.0" : wanted.substring(0, colon);
        int port = Integer.parseInt(wanted.substring(colon + 1));
        Map<String, Page> only = new LinkedHashMap<>();
        only.put("/metrics", (method, query) -> Answer.text(metrics.scrape()));
        scraped = AdminServer.start(bind, port, only).address();
      }
    } catch (IOException | NumberFormatException e) {
      Log.warn(
          "An endpoint cannot be opened ("
              + e
              + "). Check WEFT_ADMIN and WEFT_METRICS; the mesh works without them.");
    }
    return scraped;
  }

  private @Nullable Status status() {
    Membership joined = membership;
    return joined == null ? null : joined.status();
  }

  private void switchHere(boolean on) {
    enabledHere = on;
    apply();
  }

  @Override
  public void snapshot(MeshSnapshot snapshot) {
    engine.swap(snapshot);
    installed.endWait();
    Membership joined = membership;
    if (joined != null) {
      joined.policyChanged();
    }
    tell();
  }

  @Override
  public void identity(SvidMaterial material) {
    engine.identity(material);
    identity = material;
    Membership joined = membership;
    if (joined != null) {
      joined.identity(material);
    }
  }

  @Override
  public void enabled(boolean on) {
    enabledByServer = on;
    apply();
  }

  /** The control server and the admin endpoint switch from threads of their own. */
  private void apply() {
    synchronized (installed) {
      switchTo(enabledByServer && enabledHere);
    }
    tell();
  }

  private void switchTo(boolean on) {
    if (on != installed.isOn()) {
      Log.info(on ? "The mesh is switched on again." : "The mesh is switched off.");
      if (on) {
        installed.on();
      } else {
        installed.off();
      }
    }
  }

  @Override
  public void log(System.Logger.Level level, String message) {
    if (level.getSeverity() >= System.Logger.Level.WARNING.getSeverity()) {
      // The first word on a server that is away: nobody needs to wait for it.
      installed.endWait();
      Log.warn(message);
    } else if (level.getSeverity() >= System.Logger.Level.INFO.getSeverity()) {
      Log.info(message);
    }
  }

  /** Tells the control server how this JVM stands. */
  private void tell() {
    Membership joined = membership;
    if (joined == null) {
      return;
    }
    List<AgentReport.Library> libraries = new ArrayList<>();
    for (WeavingReport.Entry entry : report.libraries()) {
      String version = entry.version();
      libraries.add(
          new AgentReport.Library(
              entry.name(),
              version == null ? "" : version,
              entry.governed(),
              String.join("; ", entry.reasons())));
    }
    joined.report(
        new AgentReport(
            libraries,
            installed.isOn(),
            System.getProperty("java.version", ""),
            notices.internalErrors(),
            AgentBoot.tracingIsTheirs() ? "otel-agent" : "own-loader"));
  }
}

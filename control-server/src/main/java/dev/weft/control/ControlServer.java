package dev.weft.control;

import dev.weft.control.auth.Authentication;
import dev.weft.control.auth.JoinTokens;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.CertificateService;
import dev.weft.control.ca.Pem;
import dev.weft.control.ca.SpiffeIds;
import dev.weft.control.compile.MeshBuilder;
import dev.weft.control.register.KillSwitch;
import dev.weft.control.register.RegisterService;
import dev.weft.control.register.Registry;
import dev.weft.control.register.RegistryFile;
import dev.weft.control.rest.ControlApi;
import dev.weft.control.rest.RestServer;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.PushLoop;
import dev.weft.control.serve.Secrets;
import dev.weft.control.store.DocumentStore;
import dev.weft.control.store.DurableFile;
import io.grpc.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole control server in one process. */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final long GRACE_SECONDS = 3;

  private final ServerOptions options;
  private final ScheduledExecutorService loopThread = thread("weft-push");
  private final ScheduledExecutorService background = thread("weft-background");
  private final LongAdder refused = new LongAdder();
  private final JoinTokens tokens;
  private final CertificateAuthority authority;
  private final Registry registry;
  private final RegisterService register;
  private final KillSwitch killSwitch;
  private final DocumentStore store;
  private volatile @Nullable PushLoop loop;
  private final RestServer rest;
  private final List<Server> servers = new ArrayList<>();

  private ControlServer(ServerOptions options) throws IOException {
    this.options = options;
    Files.createDirectories(options.data());
    Clock clock = Clock.systemUTC();
    SpiffeIds spiffe = new SpiffeIds(options.mesh().trustDomain());
    authority =
        CertificateAuthority.open(
            options.data().resolve("ca"), spiffe, clock, options.svidLifetime());
    // For agents: the place of the CA's own files may change with other kinds of roots.
    DurableFile.write(
        options.data().resolve("root.pem"),
        Pem.of(authority.root()).getBytes(StandardCharsets.US_ASCII));
    tokens = JoinTokens.open(options.data());
    registry =
        new Registry(
            options.lease(),
            System::nanoTime,
            new RegistryFile(options.data().resolve("instances.json"), background),
            this::changed);
    killSwitch = new KillSwitch(options.data().resolve("disabled"));
    register = new RegisterService(registry, killSwitch);
    store = DocumentStore.open(options.data().resolve("config"), this::changed);
    MeshBuilder builder = new MeshBuilder(options.mesh());
    PushLoop started =
        new PushLoop(
            loopThread,
            (before, instances) ->
                builder.build(before, instances, registry.services(), store.documents()),
            registry::instances);
    loop = started;
    AdsService ads = new AdsService(started, new Secrets(authority, clock));
    GrpcPorts ports = new GrpcPorts(ads, register, new CertificateService(authority));
    servers.add(
        ports.tls(
            options.bind(),
            options.adsPort(),
            authority,
            options.hosts(),
            new Authentication(tokens, spiffe, /* anonymous= */ false, refused)));
    if (options.plaintextPort() >= 0) {
      servers.add(
          ports.plaintext(
              options.plaintextPort(),
              new Authentication(tokens, spiffe, /* anonymous= */ true, refused)));
    }
    ControlApi api =
        new ControlApi(store, registry, killSwitch, register, tokens, authority, started, refused);
    rest = RestServer.start(options.restPort(), api);
    long beat = Math.max(100, options.lease().toMillis() / 10);
    background.scheduleWithFixedDelay(registry::expire, beat, beat, TimeUnit.MILLISECONDS);
    background.scheduleWithFixedDelay(this::rescan, 1, 1, TimeUnit.SECONDS);
    background.scheduleWithFixedDelay(started::secretsTick, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Starts a server; it is ready when this returns.
   *
   * @throws IOException when a port is taken or the data directory cannot be used
   */
  public static ControlServer start(ServerOptions options) throws IOException {
    ControlServer server = new ControlServer(options);
    DurableFile.write(
        options.data().resolve("ports.json"), server.portsJson().getBytes(StandardCharsets.UTF_8));
    return server;
  }

  /** The registry and the store may call this while the loop is not there yet. */
  private void changed() {
    PushLoop started = loop;
    if (started != null) {
      started.changed();
    }
  }

  private void rescan() {
    try {
      store.rescan();
    } catch (IOException | RuntimeException e) {
      LOG.error("Documents cannot be read: {}. The last good ones stay in force.", e.getMessage());
    }
  }

  private String portsJson() {
    return "{\"ads\":"
        + adsPort()
        + ",\"plaintext\":"
        + plaintextPort()
        + ",\"rest\":"
        + restPort()
        + "}\n";
  }

  /** TLS port. */
  public int adsPort() {
    return servers.get(0).getPort();
  }

  /** Plaintext port on loopback, -1 when closed. */
  public int plaintextPort() {
    return servers.size() > 1 ? servers.get(1).getPort() : -1;
  }

  /** REST and page on loopback. */
  public int restPort() {
    return rest.port();
  }

  /** Documents. */
  public DocumentStore store() {
    return store;
  }

  /** Tokens to join with. */
  public JoinTokens tokens() {
    return tokens;
  }

  /** The mesh's authority. */
  public CertificateAuthority authority() {
    return authority;
  }

  /** Instances and services. */
  public Registry registry() {
    return registry;
  }

  /** What is compiled and served. */
  public PushLoop loop() {
    return Objects.requireNonNull(loop);
  }

  /** Stops taking calls, then ends. What was acknowledged is on disk already. */
  @Override
  public void close() {
    rest.close();
    servers.forEach(Server::shutdown);
    servers.forEach(Server::shutdownNow);
    try {
      for (Server server : servers) {
        server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
      }
      loopThread.shutdownNow();
      background.shutdown();
      if (!background.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        background.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.info("Control server in {} has ended.", options.data());
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}

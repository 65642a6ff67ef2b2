package dev.weft.extension.join;

import dev.weft.client.AgentReport;
import dev.weft.client.ControlClient;
import dev.weft.client.ControlClientConfig;
import dev.weft.client.ControlClientConfig.Security;
import dev.weft.client.Listener;
import dev.weft.client.NodeFacts;
import dev.weft.client.Status;
import dev.weft.extension.Log;
import dev.weft.extension.Notices;
import dev.weft.extension.config.AgentConfig;
import dev.weft.extension.probe.PortProbe;
import dev.weft.model.MeshSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This JVM's place in the mesh, from joining to leaving. */
public final class Membership {
  private final ControlClient client;
  private final Announcer announcer;

  private Membership(ControlClient client, Announcer announcer) {
    this.client = client;
    this.announcer = announcer;
  }

  /**
   * Connects and announces; returns at once.
   *
   * @param cached what is in force already, or null
   * @param file where snapshots are kept, or null
   * @param metricsAddress of the admin endpoint, or empty
   * @throws IOException the declared address or the control server's name is malformed
   */
  public static Membership join(
      AgentConfig config,
      Notices notices,
      Listener listener,
      @Nullable MeshSnapshot cached,
      @Nullable Path file,
      String metricsAddress)
      throws IOException {
    int colon = config.control().lastIndexOf(':');
    if (colon <= 0) {
      throw new IOException(
          "WEFT_CONTROL is '" + config.control() + "'; set host:port, such as localhost:15012");
    }
    String host = config.control().substring(0, colon);
    int port;
    try {
      port = Integer.parseInt(config.control().substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IOException("WEFT_CONTROL is '" + config.control() + "'; its port is no number", e);
    }
    InetAddress address = OwnAddress.find(config.address(), host, port);
    NodeFacts facts = facts(config, address, metricsAddress);
    ControlClientConfig.Builder builder =
        ControlClientConfig.builder(host, port, facts)
            .security(
                config.plaintextControl()
                    ? new Security.Plaintext()
                    : new Security.Tls(new ControlRoots(config.controlCa()), null, true))
            .token(token(config))
            .certificates(!config.plaintextControl())
            .snapshotFile(file)
            .drainWait(config.drain());
    if (cached != null) {
      builder.base(cached);
    }
    ControlClient client = ControlClient.start(builder.build(), listener);
    Announcer announcer = new Announcer(config, notices, new PortProbe(address), client, facts);
    notices.onPortsChanged(announcer::wake);
    Thread thread = new Thread(null, announcer, "weft-announcer", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Membership.class.getClassLoader());
    thread.start();
    return new Membership(client, announcer);
  }

  private static NodeFacts facts(AgentConfig config, InetAddress address, String metricsAddress) {
    String name = config.service().isEmpty() ? "client" : config.service();
    return new NodeFacts(
        name + "-" + UUID.randomUUID().toString().substring(0, 8),
        config.service(),
        config.namespace(),
        config.serviceAccount(),
        address.getHostAddress(),
        java.util.List.of(),
        config.labels(),
        config.locality(),
        NodeFacts.Health.HEALTHY,
        version(),
        ProcessHandle.current().pid(),
        hostName(),
        reachable(metricsAddress, address));
  }

  /** An endpoint that is bound to every address is scraped at ours. */
  private static String reachable(String metricsAddress, InetAddress own) {
    return metricsAddress.startsWith("0.0.0.0:")
        ? own.getHostAddress() + metricsAddress.substring("0.0.0.0".length())
        : metricsAddress;
  }

  private static String version() {
    String version = Membership.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    return name == null ? "" : name;
  }

  private static Supplier<@Nullable String> token(AgentConfig config) {
    Path file = config.tokenFile();
    if (file == null) {
      return () -> config.token().isEmpty() ? null : config.token();
    }
    return () -> {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "WEFT_TOKEN_FILE names " + file + ", which cannot be read", e);
      }
    };
  }

  /** Ports may be proven with this from now on. */
  public void identity(dev.weft.model.SvidMaterial material) {
    announcer.identity(material);
  }

  /** A policy changed: a port that refused a handshake may take one now. */
  public void policyChanged() {
    announcer.wake();
  }

  /** What the control server is told of this JVM's state. */
  public void report(AgentReport report) {
    client.report(report);
  }

  /** How the connection stands. */
  public Status status() {
    return client.status();
  }

  /** Drains and says goodbye; for the shutdown hook. Takes the configured drain and a second. */
  public void leave() {
    announcer.end();
    try {
      client.close();
    } catch (RuntimeException e) {
      Log.warn("Leaving the mesh failed (" + e + "); the lease ends the registration.");
    }
  }
}

package dev.weft.extension.config;

import dev.weft.model.Locality;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's configuration, parsed.
 *
 * @param control host:port of the control server, or empty: idle
 * @param plaintextControl ADS without TLS; only offered by servers on loopback
 * @param service empty for a pure client
 * @param ports declared ports; empty: those that woven servers open
 * @param address empty: to be found
 * @param cacheDirectory or null: nothing is kept on disk
 * @param adminPort -1: no admin endpoint
 * @param metricsAddress bind address for scraping, or null
 * @param firstConfigWait zero: never wait
 */
public record AgentConfig(
    boolean enabled,
    String control,
    boolean plaintextControl,
    @Nullable Path controlCa,
    String service,
    String namespace,
    String serviceAccount,
    String token,
    @Nullable Path tokenFile,
    Map<String, String> labels,
    Locality locality,
    List<DeclaredPort> ports,
    String address,
    InboundDefault inboundDefault,
    @Nullable Path cacheDirectory,
    int adminPort,
    @Nullable String metricsAddress,
    String accessLog,
    Duration firstConfigWait,
    double tracesSample,
    Duration drain) {

  /** What a served port does before its first policy is known. */
  public enum InboundDefault {
    OPEN,
    HOLD,
    CLOSED
  }

  /**
   * A port that the user declared.
   *
   * @param protocol http, http2, grpc or tcp
   * @param port under which clients dial the service
   * @param targetPort that the application listens on
   */
  public record DeclaredPort(String protocol, int port, int targetPort) {}

  /**
   * Reads the configuration. Never throws: a malformed value falls back to its default and gives
   * one line.
   *
   * @param problems receives one line per unknown or malformed key, with what is accepted
   */
  public static AgentConfig read(ConfigSource source, List<String> problems) {
    for (String name : source.unknownNames()) {
      problems.add("Unknown key " + name + " is ignored. Known keys: " + knownKeys() + ".");
    }
    var values = new Values(source, problems);
    String control = values.control(Key.CONTROL);
    boolean plaintext = control.startsWith("http://");
    int scheme = control.indexOf("://");
    if (scheme >= 0) {
      control = control.substring(scheme + 3);
    }
    String service = values.dnsLabel(Key.SERVICE);
    if (service.isEmpty()) {
      service = source.otelServiceName();
    }
    String account = values.dnsLabel(Key.SERVICE_ACCOUNT);
    String metrics = values.bindAddress(Key.METRICS);
    if (!source.get(Key.SIDECAR).isEmpty()) {
      values.sidecar(Key.SIDECAR);
    }
    return new AgentConfig(
        values.bool(Key.ENABLED),
        control,
        plaintext,
        values.path(Key.CONTROL_CA),
        service,
        values.dnsLabel(Key.NAMESPACE),
        account.isEmpty() ? (service.isEmpty() ? "default" : service) : account,
        source.get(Key.TOKEN),
        values.path(Key.TOKEN_FILE),
        values.labels(Key.LABELS),
        values.locality(Key.LOCALITY),
        values.ports(Key.PORTS),
        values.ipAddress(Key.ADDRESS),
        values.inboundDefault(Key.INBOUND_DEFAULT),
        cacheDirectory(source, values, service),
        values.portOrOff(Key.ADMIN),
        metrics.isEmpty() ? null : metrics,
        source.get(Key.ACCESS_LOG),
        values.duration(Key.WAIT),
        values.share(Key.TRACES_SAMPLE),
        values.duration(Key.DRAIN));
  }

  private static @Nullable Path cacheDirectory(ConfigSource source, Values values, String service) {
    if (source.get(Key.CACHE_DIR).equals("off")) {
      return null;
    }
    Path named = values.path(Key.CACHE_DIR);
    if (named != null) {
      return named;
    }
    return Path.of(
        System.getProperty("java.io.tmpdir", "."),
        "weft-" + System.getProperty("user.name", "unknown"),
        service.isEmpty() ? "client" : service);
  }

  private static String knownKeys() {
    List<String> names = new ArrayList<>();
    for (Key key : Key.values()) {
      names.add(key.variable());
    }
    return String.join(", ", names);
  }
}

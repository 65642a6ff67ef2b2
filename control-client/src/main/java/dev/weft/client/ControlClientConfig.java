package dev.weft.client;

import dev.weft.model.MeshSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a control plane and what to ask of it. Immutable; made by {@link #builder}.
 *
 * <p>Works against our own control server and against istiod: a service that the peer does not have
 * ({@code weft.v1.Register} at istiod) is noticed and left alone.
 *
 * @param host name or address of the control plane
 * @param port such as 15012 (TLS) or 15010 (plaintext)
 * @param security of the connection
 * @param token gives the bearer token, read anew for every connection; null: none
 * @param facts what this JVM is at start; changed by {@link ControlClient#announce}
 * @param metadata further node metadata, such as {@code MESH_ID}; wins over our own
 * @param base what is in force already, usually read from disk; equal content is not published
 *     again and last good parts are taken from it
 * @param snapshotFile where applied snapshots are kept, or null
 * @param certificates whether to ask for an SVID
 * @param certificateLifetime wished for
 * @param register whether to announce this JVM
 * @param reconnectInitial first wait after a lost connection; doubled with jitter
 * @param reconnectMax its upper bound
 * @param warmingGrace how long a host without an older version is held back while its clusters or
 *     endpoints have not come
 * @param drainWait between announcing DRAINING and saying goodbye on close
 */
public record ControlClientConfig(
    String host,
    int port,
    Security security,
    @Nullable Supplier<@Nullable String> token,
    NodeFacts facts,
    Map<String, String> metadata,
    MeshSnapshot base,
    @Nullable Path snapshotFile,
    boolean certificates,
    Duration certificateLifetime,
    boolean register,
    Duration reconnectInitial,
    Duration reconnectMax,
    Duration warmingGrace,
    Duration drainWait) {
  public ControlClientConfig {
    metadata = Map.copyOf(metadata);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "Control plane port is " + port + "; set a value from 1 to 65535");
    }
  }

  /** Starts a configuration with the usual values. */
  public static Builder builder(String host, int port, NodeFacts facts) {
    return new Builder(host, port, facts);
  }

  /** How the connection to the control plane is protected. */
  public sealed interface Security {
    /** None. Only for a control plane on loopback; anything else is refused at start. */
    record Plaintext() implements Security {}

    /**
     * TLS to a server that chains to a given root.
     *
     * @param rootsPem gives the trusted roots as PEM, read anew for every connection
     * @param serverName name to verify in the server's certificate, or null for the host dialled
     * @param useSvid once there is an SVID, show it as client certificate
     */
    record Tls(Supplier<String> rootsPem, @Nullable String serverName, boolean useSvid)
        implements Security {}
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final String host;
    private final int port;
    private final NodeFacts facts;
    private Security security = new Security.Plaintext();
    private @Nullable Supplier<@Nullable String> token;
    private Map<String, String> metadata = Map.of();
    private MeshSnapshot base = MeshSnapshot.EMPTY;
    private @Nullable Path snapshotFile;
    private boolean certificates = true;
    private Duration certificateLifetime = Duration.ofHours(24);
    private boolean register = true;
    private Duration reconnectInitial = Duration.ofMillis(500);
    // Twice this and a lease of 30 s must leave room: a try may only find out that it can connect.
    private Duration reconnectMax = Duration.ofSeconds(5);
    private Duration warmingGrace = Duration.ofSeconds(3);
    private Duration drainWait = Duration.ofMillis(500);

    private Builder(String host, int port, NodeFacts facts) {
      this.host = host;
      this.port = port;
      this.facts = facts;
    }

    public Builder security(Security value) {
      security = value;
      return this;
    }

    public Builder token(@Nullable Supplier<@Nullable String> value) {
      token = value;
      return this;
    }

    public Builder metadata(Map<String, String> value) {
      metadata = value;
      return this;
    }

    public Builder base(MeshSnapshot value) {
      base = value;
      return this;
    }

    public Builder snapshotFile(@Nullable Path value) {
      snapshotFile = value;
      return this;
    }

    public Builder certificates(boolean value) {
      certificates = value;
      return this;
    }

    public Builder certificateLifetime(Duration value) {
      certificateLifetime = value;
      return this;
    }

    public Builder register(boolean value) {
      register = value;
      return this;
    }

    public Builder reconnect(Duration initial, Duration max) {
      reconnectInitial = initial;
      reconnectMax = max;
      return this;
    }

    public Builder warmingGrace(Duration value) {
      warmingGrace = value;
      return this;
    }

    public Builder drainWait(Duration value) {
      drainWait = value;
      return this;
    }

    /** Makes it. */
    public ControlClientConfig build() {
      return new ControlClientConfig(
          host,
          port,
          security,
          token,
          facts,
          metadata,
          base,
          snapshotFile,
          certificates,
          certificateLifetime,
          register,
          reconnectInitial,
          reconnectMax,
          warmingGrace,
          drainWait);
    }
  }
}

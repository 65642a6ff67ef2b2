package dev.weft.control;

import dev.weft.control.compile.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a control server runs.
 *
 * @param data directory of everything that it keeps
 * @param adsPort TLS; 0: any free one
 * @param plaintextPort loopback only; 0: any free one; -1: closed
 * @param restPort loopback; 0: any free one
 * @param bind address of the TLS port
 * @param hosts further names and addresses of this server, for its certificate
 * @param lease of instances, one second or more
 * @param svidLifetime of workload certificates
 */
public record ServerOptions(
    Path data,
    int adsPort,
    int plaintextPort,
    int restPort,
    String bind,
    List<String> hosts,
    Duration lease,
    Duration svidLifetime,
    Mesh.Settings mesh) {
  public ServerOptions {
    hosts = List.copyOf(hosts);
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("--lease is " + lease + "; set one second or more");
    }
    if (svidLifetime.compareTo(Duration.ofSeconds(5)) < 0) {
      throw new IllegalArgumentException(
          "--svid-ttl is " + svidLifetime + "; set five seconds or more");
    }
  }

  /** Defaults in a directory. */
  public static ServerOptions in(Path data) {
    return new ServerOptions(
        data,
        15012,
        15010,
        15080,
        "0.0.0.0",
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        Mesh.Settings.DEFAULT);
  }
}

package dev.weft.control.compile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service without its endpoints: everything of which listeners, routes and clusters are made.
 *
 * @param host full name, such as {@code catalog.default.svc.cluster.local}
 * @param addresses virtual addresses
 * @param external outside the mesh: no mesh TLS
 * @param identities SPIFFE URIs that its endpoints may show, sorted
 * @param jdbcPrimary connections must reach a writable PostgreSQL server
 * @param origin where it comes from, for people
 */
public record ServiceDefinition(
    String host,
    String namespace,
    List<String> addresses,
    boolean external,
    Resolution resolution,
    List<Port> ports,
    List<String> identities,
    boolean jdbcPrimary,
    String origin) {
  public ServiceDefinition {
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
    identities = List.copyOf(identities);
  }

  /** How addresses are found: EDS, DNS by the client, or the dialled address itself. */
  public enum Resolution {
    EDS,
    DNS,
    ORIGINAL
  }

  /** A port that clients dial. */
  public record Port(int number, String name, Protocol protocol) {}

  /** The port with a number, or null. */
  public @Nullable Port port(int number) {
    for (Port port : ports) {
      if (port.number() == number) {
        return port;
      }
    }
    return null;
  }
}

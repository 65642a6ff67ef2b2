package dev.weft.control.register;

import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A service as its instances announced it. It outlives them: callers of a service that is down get
 * an answer of the mesh, not a DNS error, and its callers keep expecting its identities.
 *
 * @param ports by port that clients dial
 * @param serviceAccounts of all instances so far
 */
public record KnownService(
    String namespace, String name, Map<Integer, ServicePort> ports, Set<String> serviceAccounts) {
  /** A port that clients dial. */
  public record ServicePort(int port, String name, String protocol) {}

  /** A service after an announcement, and what did not fit. */
  record Update(KnownService service, List<String> findings) {}

  public KnownService {
    ports = java.util.Collections.unmodifiableMap(new TreeMap<>(ports));
    serviceAccounts = java.util.Collections.unmodifiableSet(new TreeSet<>(serviceAccounts));
  }

  /** Names it within the mesh. */
  public String key() {
    return namespace + "/" + name;
  }

  static String key(Announce announce) {
    return announce.getNamespace() + "/" + announce.getService();
  }

  /** The first announcement of a port decides its protocol; others are told. */
  static Update merge(@Nullable KnownService old, Announce announce) {
    Map<Integer, ServicePort> ports = new LinkedHashMap<>();
    Set<String> accounts = new TreeSet<>();
    if (old != null) {
      ports.putAll(old.ports);
      accounts.addAll(old.serviceAccounts);
    }
    accounts.add(announce.getServiceAccount());
    List<String> findings = new ArrayList<>();
    for (Port port : announce.getPortsList()) {
      String protocol = port.getProtocol().toLowerCase(Locale.ROOT);
      String name = port.getName().isEmpty() ? protocol : port.getName();
      ServicePort now = new ServicePort(port.getPort(), name, protocol);
      ServicePort before = ports.putIfAbsent(port.getPort(), now);
      if (before != null && !before.protocol().equals(protocol)) {
        findings.add(
            "Port "
                + port.getPort()
                + " of "
                + key(announce)
                + " is "
                + before.protocol()
                + " since its first instance; "
                + protocol
                + " is ignored. Announce one protocol per port, or `weft delete service "
                + announce.getService()
                + "` while no instance runs.");
      }
    }
    return new Update(
        new KnownService(announce.getNamespace(), announce.getService(), ports, accounts),
        findings);
  }
}

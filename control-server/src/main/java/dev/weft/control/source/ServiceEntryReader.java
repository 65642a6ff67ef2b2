package dev.weft.control.source;

import dev.weft.control.source.ServiceEntry.Location;
import dev.weft.control.source.ServiceEntry.Port;
import dev.weft.control.source.ServiceEntry.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code networking.istio.io ServiceEntry}. */
final class ServiceEntryReader {
  private static final Set<String> PROTOCOLS =
      Set.of("HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS", "GRPC-WEB", "MYSQL", "REDIS");
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*");

  private ServiceEntryReader() {}

  static Spec read(Fields spec) {
    List<String> hosts = spec.texts("hosts");
    if (hosts.isEmpty()) {
      spec.problem(FindingCode.FIELD_MISSING, "hosts", "is empty; name at least one host.");
    }
    for (String host : hosts) {
      if (!HOST.matcher(host).matches()) {
        spec.problem(FindingCode.NOT_ALLOWED, "hosts", "holds '" + host + "', not a DNS name.");
      }
    }
    List<String> addresses = spec.texts("addresses");
    for (String address : addresses) {
      if (!IP.matcher(address).matches()) {
        spec.problem(
            FindingCode.NOT_ALLOWED,
            "addresses",
            "holds '" + address + "'; give single IP addresses, not ranges.");
      }
    }
    Location location = spec.choice("location", Location.class);
    Resolution resolution = spec.choice("resolution", Resolution.class);
    List<Port> ports = spec.list("ports", ServiceEntryReader::port);
    checkPorts(spec, ports);
    List<WorkloadEntry> endpoints = spec.list("endpoints", WorkloadEntryReader::read);
    Fields selector = spec.object("workloadSelector");
    Map<String, String> labels = selector.textMap("labels");
    selector.end();
    if (!endpoints.isEmpty() && !labels.isEmpty()) {
      spec.problem(
          FindingCode.CONTRADICTION, "workloadSelector", "and endpoints exclude each other.");
    }
    if ((resolution == null || resolution == Resolution.NONE) && !endpoints.isEmpty()) {
      spec.problem(
          FindingCode.CONTRADICTION,
          "resolution",
          "is NONE, which leaves endpoints without effect; write STATIC or DNS.");
    }
    if (resolution == Resolution.STATIC) {
      for (WorkloadEntry endpoint : endpoints) {
        if (!IP.matcher(endpoint.address()).matches() && !endpoint.address().isEmpty()) {
          spec.problem(
              FindingCode.CONTRADICTION,
              "endpoints",
              "address '"
                  + endpoint.address()
                  + "' is a name; resolution STATIC needs IP"
                  + " addresses, DNS takes names.");
        }
      }
    }
    List<String> sans = spec.texts("subjectAltNames");
    Exports.read(spec);
    spec.end();
    return new ServiceEntry(
        hosts,
        addresses,
        location == null ? Location.MESH_EXTERNAL : location,
        resolution == null ? Resolution.NONE : resolution,
        ports,
        endpoints,
        labels,
        sans);
  }

  private static Port port(Fields port) {
    String protocol = port.text("protocol", "TCP").toUpperCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      port.problem(
          FindingCode.NOT_ALLOWED, "protocol", "is '" + protocol + "'; use one of " + PROTOCOLS);
    }
    if (!port.has("number")) {
      port.problem(FindingCode.FIELD_MISSING, "number", "is missing; it must be there.");
    }
    Port read =
        new Port(
            port.number("number", 1, 65_535, 1),
            port.required("name"),
            protocol,
            port.number("targetPort", 1, 65_535, 0));
    port.end();
    return read;
  }

  private static void checkPorts(Fields spec, List<Port> ports) {
    if (ports.isEmpty()) {
      spec.problem(FindingCode.FIELD_MISSING, "ports", "is empty; name at least one port.");
    }
    Set<Object> seen = new HashSet<>();
    for (Port port : ports) {
      if (!seen.add(port.number()) || !seen.add(port.name())) {
        spec.problem(
            FindingCode.CONTRADICTION,
            "ports",
            "holds number " + port.number() + " or name '" + port.name() + "' twice.");
      }
    }
  }
}

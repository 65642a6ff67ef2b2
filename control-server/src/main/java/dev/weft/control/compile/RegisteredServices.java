package dev.weft.control.compile;

import dev.weft.control.ca.SpiffeIds;
import dev.weft.control.compile.Mesh.Settings;
import dev.weft.control.register.Instance;
import dev.weft.control.register.KnownService;
import dev.weft.control.source.PeerAuthentication.Mode;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Port;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Services that JVMs registered: {@code catalog.default.svc.cluster.local}. */
final class RegisteredServices {
  private final Settings settings;
  private final PeerModes modes;

  RegisteredServices(Settings settings, PeerModes modes) {
    this.settings = settings;
    this.modes = modes;
  }

  MeshService service(KnownService known, Collection<Instance> instances) {
    SpiffeIds spiffe = new SpiffeIds(settings.trustDomain());
    List<ServiceDefinition.Port> ports = new ArrayList<>();
    known
        .ports()
        .values()
        .forEach(
            p ->
                ports.add(
                    new ServiceDefinition.Port(p.port(), p.name(), Protocol.of(p.protocol()))));
    List<String> identities = new ArrayList<>();
    known.serviceAccounts().forEach(sa -> identities.add(spiffe.uri(known.namespace(), sa)));
    ServiceDefinition definition =
        new ServiceDefinition(
            settings.fullName(known.name(), known.namespace()),
            known.namespace(),
            List.of(),
            /* external= */ false,
            ServiceDefinition.Resolution.EDS,
            ports,
            identities,
            /* jdbcPrimary= */ false,
            "registered");
    List<MeshEndpoint> endpoints = new ArrayList<>();
    for (Instance instance : instances) {
      Announce announce = instance.announce();
      if (announce.getNamespace().equals(known.namespace())
          && announce.getService().equals(known.name())
          && instance.serving()) {
        endpoints.add(endpoint(instance, servicePorts(instance)));
      }
    }
    endpoints.removeIf(endpoint -> endpoint.ports().isEmpty());
    endpoints.sort(Comparator.comparing(MeshEndpoint::address).thenComparing(e -> "" + e.ports()));
    return new MeshService(definition, endpoints);
  }

  /** An instance as endpoint, with the given target ports by port of the service. */
  MeshEndpoint endpoint(Instance instance, Map<Integer, Integer> ports) {
    Announce announce = instance.announce();
    Map<String, String> labels = labels(announce);
    Set<Integer> tls = new HashSet<>(instance.tlsPorts());
    tls.removeIf(port -> modes.of(announce.getNamespace(), labels, port) == Mode.DISABLE);
    return new MeshEndpoint(
        announce.getAddress(),
        ports,
        tls,
        labels,
        locality(announce),
        1,
        Workloads.priority(labels),
        instance.health() != Health.UNHEALTHY,
        Workloads.metadata(
            announce.getService(), announce.getNamespace(), labels, settings.cluster()));
  }

  /** The instance's labels; {@code app} is its service when it gives none. */
  static Map<String, String> labels(Announce announce) {
    Map<String, String> labels = new HashMap<>(announce.getLabelsMap());
    labels.putIfAbsent("app", announce.getService());
    return labels;
  }

  private static Map<Integer, Integer> servicePorts(Instance instance) {
    Map<Integer, Integer> ports = new HashMap<>();
    for (Port port : instance.announce().getPortsList()) {
      if (!instance.lostPorts().contains(port.getTargetPort())) {
        ports.put(port.getPort(), port.getTargetPort());
      }
    }
    return ports;
  }

  private static String locality(Announce announce) {
    var l = announce.getLocality();
    return Localities.join(l.getRegion(), l.getZone(), l.getSubZone());
  }
}

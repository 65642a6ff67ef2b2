package dev.weft.control.compile;

import dev.weft.control.ca.SpiffeIds;
import dev.weft.control.compile.Mesh.Settings;
import dev.weft.control.register.Instance;
import dev.weft.control.source.Document;
import dev.weft.control.source.PeerAuthentication.Mode;
import dev.weft.control.source.ServiceEntry;
import dev.weft.control.source.WorkloadEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Services that ServiceEntries declare, one per host. */
final class EntryServices {
  private static final String TLS_MODE = "security.istio.io/tlsMode";

  private final Settings settings;
  private final PeerModes modes;
  private final Collection<Document> documents;
  private final Collection<Instance> instances;

  EntryServices(
      Settings settings,
      PeerModes modes,
      Collection<Document> documents,
      Collection<Instance> instances) {
    this.settings = settings;
    this.modes = modes;
    this.documents = documents;
    this.instances = instances;
  }

  List<MeshService> services(Document document) {
    ServiceEntry entry = (ServiceEntry) document.spec();
    String namespace = document.key().namespace();
    boolean external = entry.location() == ServiceEntry.Location.MESH_EXTERNAL;
    Set<String> identities = new TreeSet<>(entry.subjectAltNames());
    List<MeshEndpoint> endpoints = new ArrayList<>();
    int index = 0;
    for (WorkloadEntry inline : entry.endpoints()) {
      endpoints.add(
          endpoint(inline, document.key().name() + "-" + index++, namespace, entry, external));
      identities.addAll(identity(namespace, inline.serviceAccount()));
    }
    if (!entry.selector().isEmpty()) {
      select(entry, namespace, external, endpoints, identities);
    }
    List<ServiceDefinition.Port> ports = new ArrayList<>();
    for (ServiceEntry.Port port : entry.ports()) {
      ports.add(
          new ServiceDefinition.Port(port.number(), port.name(), Protocol.of(port.protocol())));
    }
    List<MeshService> services = new ArrayList<>();
    for (String host : entry.hosts()) {
      ServiceDefinition definition =
          new ServiceDefinition(
              host,
              namespace,
              entry.addresses(),
              external,
              switch (entry.resolution()) {
                case STATIC -> ServiceDefinition.Resolution.EDS;
                case DNS -> ServiceDefinition.Resolution.DNS;
                case NONE -> ServiceDefinition.Resolution.ORIGINAL;
              },
              ports,
              List.copyOf(identities),
              document.mark("weft.dev/jdbc-primary").equals("true"),
              document.key().toString());
      services.add(new MeshService(definition, own(entry, host, endpoints)));
    }
    return services;
  }

  /** A DNS entry without endpoints resolves its own host. */
  private static List<MeshEndpoint> own(
      ServiceEntry entry, String host, List<MeshEndpoint> endpoints) {
    if (entry.resolution() != ServiceEntry.Resolution.DNS || !endpoints.isEmpty()) {
      return endpoints;
    }
    Map<Integer, Integer> ports = new HashMap<>();
    entry
        .ports()
        .forEach(p -> ports.put(p.number(), p.targetPort() == 0 ? p.number() : p.targetPort()));
    return List.of(
        new MeshEndpoint(host, ports, Set.of(), Map.of(), "", 1, -1, true, host + ";;;;"));
  }

  private void select(
      ServiceEntry entry,
      String namespace,
      boolean external,
      List<MeshEndpoint> endpoints,
      Set<String> identities) {
    for (Document other : documents) {
      if (other.spec() instanceof WorkloadEntry workload
          && other.key().namespace().equals(namespace)
          && workload.labels().entrySet().containsAll(entry.selector().entrySet())) {
        endpoints.add(endpoint(workload, other.key().name(), namespace, entry, external));
        identities.addAll(identity(namespace, workload.serviceAccount()));
      }
    }
    RegisteredServices registered = new RegisteredServices(settings, modes);
    for (Instance instance : instances) {
      var announce = instance.announce();
      if (announce.getNamespace().equals(namespace)
          && instance.serving()
          && RegisteredServices.labels(announce)
              .entrySet()
              .containsAll(entry.selector().entrySet())) {
        endpoints.add(registered.endpoint(instance, targets(entry, Map.of())));
        identities.addAll(identity(namespace, announce.getServiceAccount()));
      }
    }
  }

  private MeshEndpoint endpoint(
      WorkloadEntry entry, String name, String namespace, ServiceEntry service, boolean external) {
    Map<Integer, Integer> ports = targets(service, entry.ports());
    Set<Integer> tls = new HashSet<>();
    if (!external && takesTls(entry)) {
      tls.addAll(ports.values());
      tls.removeIf(port -> modes.of(namespace, entry.labels(), port) == Mode.DISABLE);
    }
    return new MeshEndpoint(
        entry.address(),
        ports,
        tls,
        entry.labels(),
        entry.locality(),
        Math.max(1, entry.weight()),
        Workloads.priority(entry.labels()),
        true,
        Workloads.metadata(name, namespace, entry.labels(), settings.cluster()));
  }

  /** As Istio: by label, else an endpoint that has a service account takes mTLS. */
  private static boolean takesTls(WorkloadEntry entry) {
    String label = entry.labels().get(TLS_MODE);
    return label != null ? label.equals("istio") : !entry.serviceAccount().isEmpty();
  }

  private static Map<Integer, Integer> targets(ServiceEntry entry, Map<String, Integer> own) {
    Map<Integer, Integer> ports = new HashMap<>();
    for (ServiceEntry.Port port : entry.ports()) {
      int target = port.targetPort() == 0 ? port.number() : port.targetPort();
      ports.put(port.number(), own.getOrDefault(port.name(), target));
    }
    return ports;
  }

  private List<String> identity(String namespace, String serviceAccount) {
    return serviceAccount.isEmpty()
        ? List.of()
        : List.of(new SpiffeIds(settings.trustDomain()).uri(namespace, serviceAccount));
  }
}

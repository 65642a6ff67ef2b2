package dev.weft.control.compile;

import dev.weft.control.source.DestinationRule;
import dev.weft.control.source.Document;
import dev.weft.control.source.VirtualService;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is compiled, at one moment. Parts that did not change are the same objects as in the
 * mesh before, so that compiled resources can be kept by identity.
 *
 * @param services by host, sorted
 * @param virtualServices sorted by namespace and name; of two for one host the first counts
 * @param destinationRules likewise
 */
public record Mesh(
    Settings settings,
    Map<String, MeshService> services,
    List<Document> virtualServices,
    List<Document> destinationRules,
    PeerModes peerModes) {
  /**
   * What is the same for the whole mesh.
   *
   * @param rootNamespace its policies hold for all namespaces
   * @param domain suffix of registered services' names
   * @param cluster name of this mesh in workload metadata
   */
  public record Settings(String trustDomain, String rootNamespace, String domain, String cluster) {
    /** Istio's defaults. */
    public static final Settings DEFAULT =
        new Settings("cluster.local", "istio-system", "cluster.local", "weft");

    /** Full name of a host as written in a document of a namespace. */
    public String fullName(String host, String namespace) {
      if (host.indexOf('.') >= 0 || host.equals("*")) {
        return host;
      }
      return host + "." + namespace + ".svc." + domain;
    }
  }

  /**
   * The rule for a service as seen from a namespace: of the client's namespace, else of the
   * service's, else of the root namespace. An exact host beats a wildcard.
   */
  public @Nullable Document destinationRule(ServiceDefinition service, String clientNamespace) {
    for (String namespace :
        List.of(clientNamespace, service.namespace(), settings.rootNamespace())) {
      Document found = null;
      int best = -1;
      for (Document document : destinationRules) {
        if (!document.key().namespace().equals(namespace)) {
          continue;
        }
        String host = settings.fullName(((DestinationRule) document.spec()).host(), namespace);
        int match = HostMatch.strength(host, service.host());
        if (match > best) {
          best = match;
          found = document;
        }
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The VirtualService in force for a service: the most exact host, then the first by name. */
  public @Nullable Document virtualService(ServiceDefinition service) {
    Document found = null;
    int best = -1;
    for (Document document : virtualServices) {
      for (String written : ((VirtualService) document.spec()).hosts()) {
        String host = settings.fullName(written, document.key().namespace());
        int match = HostMatch.strength(host, service.host());
        if (match > best) {
          best = match;
          found = document;
        }
      }
    }
    return found;
  }
}

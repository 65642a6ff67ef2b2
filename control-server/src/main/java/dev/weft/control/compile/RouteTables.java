package dev.weft.control.compile;

import com.google.protobuf.BoolValue;
import dev.weft.control.source.Document;
import dev.weft.control.source.VirtualService;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * RouteConfigurations, one per HTTP port, named by it; as seen from a namespace, whose short names
 * differ.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteConfiguration}.
 */
final class RouteTables {
  static final String PASSTHROUGH = "PassthroughCluster";

  private RouteTables() {}

  static Resource table(Mesh mesh, int port, String clientNamespace) {
    return table(mesh, String.valueOf(port), clientNamespace, p -> p.number() == port);
  }

  /** Routes of all HTTP services in one table, for a forward proxy. */
  static Resource proxyTable(Mesh mesh, String clientNamespace) {
    return table(mesh, "weft_outbound", clientNamespace, p -> true);
  }

  private static Resource table(
      Mesh mesh, String name, String clientNamespace, Predicate<ServiceDefinition.Port> wanted) {
    RouteConfiguration.Builder table =
        RouteConfiguration.newBuilder()
            .setName(name)
            .setValidateClusters(BoolValue.of(false))
            .setIgnorePortInHostMatching(true);
    Set<String> taken = new LinkedHashSet<>();
    for (MeshService service : mesh.services().values()) {
      for (ServiceDefinition.Port port : service.definition().ports()) {
        if (port.protocol().http() && wanted.test(port)) {
          List<String> domains =
              domains(service.definition(), clientNamespace, mesh.settings().domain());
          domains.removeIf(domain -> !taken.add(domain));
          if (!domains.isEmpty()) {
            table.addVirtualHosts(virtualHost(mesh, service.definition(), port, domains));
          }
        }
      }
    }
    table.addVirtualHosts(
        VirtualHost.newBuilder()
            .setName("allow_any")
            .addDomains("*")
            .addRoutes(RouteCompiler.forwardAll("allow_any", PASSTHROUGH, null)));
    return Resource.of(name, table.build());
  }

  private static VirtualHost virtualHost(
      Mesh mesh, ServiceDefinition service, ServiceDefinition.Port port, List<String> domains) {
    VirtualHost.Builder host =
        VirtualHost.newBuilder()
            .setName(service.host() + ":" + port.number())
            .addAllDomains(domains);
    Document document = mesh.virtualService(service);
    if (document == null) {
      return host.addRoutes(
              RouteCompiler.forwardAll(
                  "default",
                  ClusterCompiler.name(port.number(), "", service.host()),
                  Retries.meshDefault()))
          .build();
    }
    for (Route route :
        new RouteCompiler(mesh, document, port.number()).routes((VirtualService) document.spec())) {
      host.addRoutes(route);
    }
    return host.build();
  }

  /** Every form in which a client of a namespace may dial a service. Ports are ignored. */
  static List<String> domains(ServiceDefinition service, String clientNamespace, String domain) {
    List<String> domains = new ArrayList<>();
    String host = service.host();
    domains.add(host);
    if (!host.startsWith("*")) {
      domains.add(host + ".");
    }
    String suffix = "." + service.namespace() + ".svc." + domain;
    if (host.endsWith(suffix)) {
      String name = host.substring(0, host.length() - suffix.length());
      if (service.namespace().equals(clientNamespace)) {
        domains.add(name);
      }
      domains.add(name + "." + service.namespace() + ".svc");
      domains.add(name + "." + service.namespace());
    }
    domains.addAll(service.addresses());
    return domains;
  }
}

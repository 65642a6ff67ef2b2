package dev.weft.control.analyze;

import dev.weft.control.compile.HostMatch;
import dev.weft.control.compile.Mesh;
import dev.weft.control.compile.MeshService;
import dev.weft.control.compile.ServiceDefinition;
import dev.weft.control.source.DestinationRule;
import dev.weft.control.source.Document;
import dev.weft.control.source.Finding;
import dev.weft.control.source.FindingCode;
import dev.weft.control.source.VirtualService;
import dev.weft.control.source.VirtualService.Destination;
import dev.weft.control.source.VirtualService.Forward;
import dev.weft.control.source.VirtualService.Http;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warnings about documents that are fine alone and do not fit together, or fit no service. */
public final class Analyzer {
  private final Mesh mesh;
  private final List<Finding> findings = new ArrayList<>();

  private Analyzer(Mesh mesh) {
    this.mesh = mesh;
  }

  /** All warnings about a mesh. */
  public static List<Finding> analyze(Mesh mesh) {
    Analyzer analyzer = new Analyzer(mesh);
    mesh.virtualServices().forEach(analyzer::virtualService);
    mesh.destinationRules().forEach(analyzer::destinationRule);
    analyzer.listeners();
    return List.copyOf(analyzer.findings);
  }

  private void virtualService(Document document) {
    VirtualService spec = (VirtualService) document.spec();
    for (String written : spec.hosts()) {
      String host = mesh.settings().fullName(written, document.key().namespace());
      List<MeshService> services =
          mesh.services().values().stream()
              .filter(s -> HostMatch.strength(host, s.definition().host()) >= 0)
              .toList();
      if (services.isEmpty()) {
        add(FindingCode.HOST_UNKNOWN, document, "spec.hosts", "holds '" + host + "'.");
      }
      for (MeshService service : services) {
        Document inForce = mesh.virtualService(service.definition());
        if (inForce != null && !inForce.key().equals(document.key())) {
          add(
              FindingCode.SHADOWED,
              document,
              "spec.hosts",
              "holds '" + host + "', for which " + inForce.key() + " is in force.");
        }
      }
    }
    for (int i = 0; i < spec.http().size(); i++) {
      Http http = spec.http().get(i);
      if (http.action() instanceof Forward forward) {
        for (int j = 0; j < forward.destinations().size(); j++) {
          destination(
              document,
              forward.destinations().get(j),
              "spec.http[" + i + "].route[" + j + "].destination");
        }
      }
    }
  }

  private void destination(Document document, Destination destination, String path) {
    String host = mesh.settings().fullName(destination.host(), document.key().namespace());
    MeshService service = mesh.services().get(host);
    if (service == null) {
      add(
          FindingCode.HOST_UNKNOWN,
          document,
          path + ".host",
          "is '" + host + "'; calls get 503 until a service has it.");
      return;
    }
    ServiceDefinition definition = service.definition();
    if (destination.port() > 0 && definition.port(destination.port()) == null) {
      add(
          FindingCode.PORT_UNKNOWN,
          document,
          path + ".port",
          "is " + destination.port() + ", which " + host + " does not have.");
    }
    if (!destination.subset().isEmpty()) {
      subset(document, destination.subset(), service, path);
    }
  }

  private void subset(Document document, String name, MeshService service, String path) {
    Document rule = mesh.destinationRule(service.definition(), document.key().namespace());
    DestinationRule.Subset found = null;
    if (rule != null) {
      for (DestinationRule.Subset subset : ((DestinationRule) rule.spec()).subsets()) {
        if (subset.name().equals(name)) {
          found = subset;
        }
      }
    }
    if (found == null) {
      add(
          FindingCode.SUBSET_UNKNOWN,
          document,
          path + ".subset",
          "is '"
              + name
              + "', which "
              + (rule == null ? "no DestinationRule" : rule.key() + " does not")
              + " define"
              + (rule == null ? "s" : "")
              + " for "
              + service.definition().host()
              + ".");
    }
  }

  private void destinationRule(Document document) {
    DestinationRule spec = (DestinationRule) document.spec();
    String host = mesh.settings().fullName(spec.host(), document.key().namespace());
    List<MeshService> services =
        mesh.services().values().stream()
            .filter(s -> HostMatch.strength(host, s.definition().host()) >= 0)
            .toList();
    if (services.isEmpty()) {
      add(FindingCode.HOST_UNKNOWN, document, "spec.host", "is '" + host + "'.");
    }
    for (MeshService service : services) {
      for (int i = 0; i < spec.subsets().size(); i++) {
        DestinationRule.Subset subset = spec.subsets().get(i);
        boolean any =
            service.endpoints().stream()
                .anyMatch(e -> e.labels().entrySet().containsAll(subset.labels().entrySet()));
        if (!any) {
          add(
              FindingCode.NO_ENDPOINT,
              document,
              "spec.subsets[" + i + "]",
              "'"
                  + subset.name()
                  + "' has labels that no endpoint of "
                  + service.definition().host()
                  + " has.");
        }
      }
    }
  }

  private void listeners() {
    Map<String, String> owners = new HashMap<>();
    for (MeshService service : mesh.services().values()) {
      for (ServiceDefinition.Port port : service.definition().ports()) {
        if (port.protocol().http()) {
          owners.put("0.0.0.0:" + port.number(), "HTTP services");
        }
      }
    }
    for (MeshService service : mesh.services().values()) {
      ServiceDefinition definition = service.definition();
      for (ServiceDefinition.Port port : definition.ports()) {
        if (!port.protocol().http() && definition.addresses().isEmpty()) {
          String owner = owners.putIfAbsent("0.0.0.0:" + port.number(), definition.host());
          if (owner != null) {
            findings.add(
                new Finding(
                    FindingCode.LISTENER_CLASH,
                    definition.origin(),
                    "",
                    definition.host()
                        + " and "
                        + owner
                        + " both use port "
                        + port.number()
                        + ". Woven JVMs tell them apart by name; give it spec.addresses for others."));
          }
        }
      }
    }
  }

  private void add(FindingCode code, Document document, String field, String message) {
    findings.add(new Finding(code, document.key().toString(), field, message + " " + code.rule()));
  }
}

package dev.weft.control.rest;

import dev.weft.control.compile.Mesh;
import dev.weft.control.compile.MeshEndpoint;
import dev.weft.control.compile.MeshService;
import dev.weft.control.compile.ServiceDefinition;
import dev.weft.control.rest.RestServer.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /v1/services}: GET lists; DELETE {@code /v1/services/NAMESPACE/NAME} forgets a registered
 * service without instances.
 */
final class ServicesResource implements RestServer.Resource {
  private final ControlApi api;

  ServicesResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException {
    if (request.method().equals("DELETE")) {
      String[] parts = request.path().split("/");
      if (parts.length != 5 || !api.registry().forget(parts[3], parts[4])) {
        throw new ApiException(
            404, "No registered service of that name, or it still has running instances.");
      }
      return Map.of("deleted", "service " + parts[3] + "/" + parts[4]);
    }
    Mesh mesh = api.await(api.loop().mesh());
    List<Object> rows = new ArrayList<>();
    for (MeshService service : mesh.services().values()) {
      rows.add(row(service));
    }
    return Map.of("services", rows);
  }

  private static Map<String, Object> row(MeshService service) {
    ServiceDefinition definition = service.definition();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("host", definition.host());
    row.put("namespace", definition.namespace());
    row.put("origin", definition.origin());
    List<Object> ports = new ArrayList<>();
    for (ServiceDefinition.Port port : definition.ports()) {
      ports.add(
          Map.of("port", port.number(), "name", port.name(), "protocol", port.protocol().name()));
    }
    row.put("ports", ports);
    row.put("identities", definition.identities());
    List<Object> endpoints = new ArrayList<>();
    for (MeshEndpoint endpoint : service.endpoints()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("address", endpoint.address());
      each.put("ports", endpoint.ports());
      each.put("labels", endpoint.labels());
      each.put("mtls", endpoint.tlsPorts().containsAll(endpoint.ports().values()));
      each.put("healthy", endpoint.healthy());
      endpoints.add(each);
    }
    row.put("endpoints", endpoints);
    return row;
  }
}

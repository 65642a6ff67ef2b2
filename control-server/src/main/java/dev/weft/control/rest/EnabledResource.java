package dev.weft.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.rest.RestServer.Request;
import java.io.IOException;
import java.util.Map;

/**
 * {@code /v1/enabled}: POST {@code {"service": "NAMESPACE/NAME" or "*", "enabled": false}} takes
 * the mesh out of running JVMs.
 */
final class EnabledResource implements RestServer.Resource {
  private final ControlApi api;

  EnabledResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException, IOException {
    if (request.method().equals("POST")) {
      JsonNode body = RestServer.JSON.readTree(request.body());
      String service = body.path("service").asText("");
      if (!service.equals("*") && !service.matches("[a-z0-9.-]+/[a-z0-9.-]+")) {
        throw new ApiException(422, "service is '" + service + "'; write NAMESPACE/NAME or *.");
      }
      if (!body.path("enabled").isBoolean()) {
        throw new ApiException(422, "enabled is missing; write true or false.");
      }
      api.killSwitch().set(service, body.path("enabled").booleanValue());
      api.register().announceSwitch();
    }
    return Map.of("disabled", api.killSwitch().disabled());
  }
}

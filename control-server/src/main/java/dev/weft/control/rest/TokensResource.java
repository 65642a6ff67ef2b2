package dev.weft.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.rest.RestServer.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/tokens}: GET lists without secrets; POST {@code {"namespace", "serviceAccount"}} makes
 * one, shown this once.
 */
final class TokensResource implements RestServer.Resource {
  private final ControlApi api;

  TokensResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException, IOException {
    if (request.method().equals("POST")) {
      JsonNode body = RestServer.JSON.readTree(request.body().isBlank() ? "{}" : request.body());
      @Nullable String namespace = body.path("namespace").textValue();
      @Nullable String account = body.path("serviceAccount").textValue();
      if (account != null && namespace == null) {
        throw new ApiException(422, "serviceAccount needs namespace.");
      }
      return Map.of("token", api.tokens().create(namespace, account));
    }
    List<Object> rows = new ArrayList<>();
    api.tokens()
        .list()
        .forEach(
            grant -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("id", grant.id());
              row.put("namespace", grant.namespace());
              row.put("serviceAccount", grant.serviceAccount());
              rows.add(row);
            });
    return Map.of("tokens", rows);
  }
}

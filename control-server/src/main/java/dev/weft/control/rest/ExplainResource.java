package dev.weft.control.rest;

import dev.weft.control.rest.RestServer.Request;

/** {@code /v1/explain}: what would happen to a call of a service. */
final class ExplainResource implements RestServer.Resource {
  ExplainResource(ControlApi api) {}

  @Override
  public Object handle(Request request) throws ApiException {
    throw new ApiException(501, "Explaining is not possible in this build.");
  }
}

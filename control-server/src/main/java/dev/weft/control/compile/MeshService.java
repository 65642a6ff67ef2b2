package dev.weft.control.compile;

import java.util.List;

/** A service and who serves it. */
public record MeshService(ServiceDefinition definition, List<MeshEndpoint> endpoints) {
  public MeshService {
    endpoints = List.copyOf(endpoints);
  }
}

package dev.weft.control.rest;

import dev.weft.control.rest.RestServer.Request;
import dev.weft.wire.v1.Announce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code /v1/prometheus/targets}: Prometheus' HTTP service discovery of all agents. */
final class TargetsResource implements RestServer.Resource {
  private final ControlApi api;

  TargetsResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) {
    List<Object> groups = new ArrayList<>();
    api.registry()
        .instances()
        .forEach(
            instance -> {
              Announce announce = instance.announce();
              if (!announce.getMetricsAddress().isEmpty()) {
                groups.add(
                    Map.of(
                        "targets", List.of(announce.getMetricsAddress()),
                        "labels",
                            Map.of(
                                "service", announce.getService(),
                                "namespace", announce.getNamespace(),
                                "instance_id", announce.getInstanceId())));
              }
            });
    return groups;
  }
}

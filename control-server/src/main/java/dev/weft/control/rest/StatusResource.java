package dev.weft.control.rest;

import dev.weft.control.compile.XdsType;
import dev.weft.control.register.Instance;
import dev.weft.control.rest.RestServer.Request;
import dev.weft.control.serve.AdsStream;
import dev.weft.control.serve.PushLoop;
import dev.weft.wire.v1.AgentStatus;
import dev.weft.wire.v1.Announce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v1/status}: every JVM, every other ADS node, findings, what is switched off. */
final class StatusResource implements RestServer.Resource {
  private final ControlApi api;

  StatusResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException {
    Map<String, PushLoop.StreamState> streams = new LinkedHashMap<>();
    List<Object> others = new ArrayList<>();
    var instances = api.registry().instances();
    for (PushLoop.StreamState state : api.await(api.loop().states())) {
      String id = state.node().instance();
      if (instances.stream().anyMatch(instance -> instance.id().equals(id))) {
        streams.put(id, state);
      } else {
        others.add(Map.of("node", state.node().id(), "config", config(state)));
      }
    }
    List<Object> rows = new ArrayList<>();
    instances.forEach(instance -> rows.add(row(instance, streams.get(instance.id()))));
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("trustDomain", api.authority().spiffe().trustDomain());
    status.put("instances", rows);
    status.put("otherNodes", others);
    status.put("disabled", api.killSwitch().disabled());
    status.put("findings", api.findings());
    return status;
  }

  private static Map<String, Object> row(Instance instance, PushLoop.@Nullable StreamState stream) {
    Announce announce = instance.announce();
    AgentStatus agent = instance.status();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("instance", instance.id());
    row.put("service", announce.getService());
    row.put("namespace", announce.getNamespace());
    row.put("serviceAccount", announce.getServiceAccount());
    row.put("address", announce.getAddress());
    List<Object> ports = new ArrayList<>();
    announce
        .getPortsList()
        .forEach(
            port ->
                ports.add(
                    Map.of(
                        "port", port.getPort(),
                        "targetPort", port.getTargetPort(),
                        "protocol", port.getProtocol(),
                        "takesMtls", instance.tlsPorts().contains(port.getTargetPort()),
                        "servedByAnother", instance.lostPorts().contains(port.getTargetPort()))));
    row.put("ports", ports);
    row.put("labels", announce.getLabelsMap());
    row.put("health", instance.health().name());
    row.put("connected", instance.connected());
    row.put("pid", announce.getPid());
    row.put("agentVersion", announce.getAgentVersion());
    row.put("javaVersion", agent.getJavaVersion());
    row.put("host", agent.getHost());
    row.put("enabled", agent.getEnabled());
    row.put("configVersion", agent.getConfigVersion());
    row.put("config", stream == null ? Map.of() : config(stream));
    row.put("inSync", stream != null && inSync(stream));
    row.put("identity", agent.getSpiffeId());
    row.put(
        "certificateExpiry",
        agent.getCertificateExpiry() == 0
            ? null
            : Instant.ofEpochSecond(agent.getCertificateExpiry()).toString());
    row.put("internalErrors", agent.getInternalErrors());
    List<Object> libraries = new ArrayList<>();
    agent
        .getLibrariesList()
        .forEach(
            library ->
                libraries.add(
                    Map.of(
                        "name", library.getName(),
                        "version", library.getVersion(),
                        "governed", library.getGoverned(),
                        "reason", library.getReason())));
    row.put("libraries", libraries);
    List<Object> notApplied = new ArrayList<>();
    agent
        .getNotAppliedList()
        .forEach(n -> notApplied.add(Map.of("subject", n.getSubject(), "reason", n.getReason())));
    row.put("notApplied", notApplied);
    return row;
  }

  private static boolean inSync(PushLoop.StreamState stream) {
    return !stream.types().isEmpty()
        && stream.types().values().stream().allMatch(AdsStream.Standing::inSync);
  }

  private static Map<String, Object> config(PushLoop.StreamState stream) {
    Map<String, Object> config = new LinkedHashMap<>();
    for (Map.Entry<XdsType, AdsStream.Standing> entry : stream.types().entrySet()) {
      Map<String, Object> standing = new LinkedHashMap<>();
      standing.put("sent", entry.getValue().sent());
      standing.put("acked", entry.getValue().acked());
      standing.put("inSync", entry.getValue().inSync());
      standing.put("rejected", entry.getValue().nack());
      config.put(entry.getKey().name().toLowerCase(java.util.Locale.ROOT), standing);
    }
    return config;
  }
}

package dev.weft.client.register;

import dev.weft.client.AgentReport;
import dev.weft.client.NodeFacts;
import dev.weft.client.Status;
import dev.weft.wire.v1.AgentStatus;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Library;
import dev.weft.wire.v1.Locality;
import dev.weft.wire.v1.NotApplied;
import dev.weft.wire.v1.Port;

/** Our facts and status as {@code weft.v1} messages. */
public final class Announcement {
  private Announcement() {}

  static Announce of(NodeFacts f, Health health) {
    Announce.Builder announce =
        Announce.newBuilder()
            .setInstanceId(f.instanceId())
            .setService(f.service())
            .setNamespace(f.namespace())
            .setServiceAccount(f.serviceAccount())
            .setAddress(f.address())
            .putAllLabels(f.labels())
            .setLocality(
                Locality.newBuilder()
                    .setRegion(f.locality().region())
                    .setZone(f.locality().zone())
                    .setSubZone(f.locality().subZone()))
            .setHealth(health)
            .setAgentVersion(f.agentVersion())
            .setPid(f.pid())
            .setHostName(f.hostName())
            .setMetricsAddress(f.metricsAddress());
    for (NodeFacts.Port p : f.ports()) {
      announce.addPorts(
          Port.newBuilder()
              .setPort(p.port())
              .setTargetPort(p.targetPort())
              .setProtocol(p.protocol())
              .setName(p.name())
              .setTlsReady(p.tlsReady()));
    }
    return announce.build();
  }

  static Health health(NodeFacts.Health health) {
    return switch (health) {
      case HEALTHY -> Health.HEALTHY;
      case DRAINING -> Health.DRAINING;
      case UNHEALTHY -> Health.UNHEALTHY;
    };
  }

  /** The status: what the agent reports beside what the client knows. */
  public static AgentStatus status(AgentReport report, Status status) {
    var expiry = status.certificateExpiry();
    AgentStatus.Builder b =
        AgentStatus.newBuilder()
            .setConfigVersion(status.configVersion())
            .setCertificateExpiry(expiry == null ? 0 : expiry.getEpochSecond())
            .setSpiffeId(status.spiffeId())
            .setEnabled(report.enabled())
            .setJavaVersion(report.javaVersion())
            .setInternalErrors(report.internalErrors())
            .setHost(report.host());
    for (AgentReport.Library l : report.libraries()) {
      b.addLibraries(
          Library.newBuilder()
              .setName(l.name())
              .setVersion(l.version())
              .setGoverned(l.governed())
              .setReason(l.reason()));
    }
    for (var n : status.notApplied()) {
      b.addNotApplied(NotApplied.newBuilder().setSubject(n.subject()).setReason(n.reason()));
    }
    return b.build();
  }
}

package dev.weft.extension.telemetry;

import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.telemetry.TcpView;
import dev.weft.model.Endpoint.Workload;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * Labels of Istio's standard metrics. An unknown value is {@code unknown}, as Istio writes it.
 *
 * <p>Unlike Istio, the client's side states {@code connection_security_policy} too: it made the
 * handshake itself and knows.
 */
final class CallLabels {
  private static final String UNKNOWN = "unknown";

  private final LocalWorkload local;

  CallLabels(LocalWorkload local) {
    this.local = local;
  }

  Tags outbound(CallView call) {
    return source(call.target(), call.mutualTls())
        .and(
            "request_protocol", call.protocol(),
            "response_code", String.valueOf(call.status()),
            "grpc_response_status", grpc(call.grpcStatus()),
            "response_flags", Flags.text(call.flags()));
  }

  Tags tcp(TcpView connection) {
    return source(connection.target(), connection.mutualTls())
        .and("request_protocol", "tcp", "response_flags", Flags.text(connection.flags()));
  }

  Tags inbound(InboundView call) {
    String peer = call.peer();
    return Tags.of(
            "reporter", "destination",
            "source_workload", account(peer),
            "source_workload_namespace", namespace(peer),
            "source_principal", or(peer),
            "source_canonical_service", account(peer),
            // Not in a certificate. Given all the same: Prometheus wants one set of labels.
            "source_canonical_revision", UNKNOWN,
            "source_version", UNKNOWN)
        .and(
            "destination_workload", or(local.workload()),
            "destination_workload_namespace", or(local.namespace()),
            "destination_principal", UNKNOWN,
            "destination_service", host(),
            "destination_service_name", or(local.workload()),
            "destination_service_namespace", or(local.namespace()),
            "destination_canonical_service", or(local.canonicalService()),
            "destination_canonical_revision", or(local.revision()),
            "destination_version", or(local.revision()))
        .and(
            "connection_security_policy", call.mutualTls() ? "mutual_tls" : "none",
            "request_protocol", call.protocol(),
            "response_code", String.valueOf(call.status()),
            "grpc_response_status", grpc(call.grpcStatus()),
            "response_flags", Flags.text(call.flags()));
  }

  private Tags source(Target target, boolean mutualTls) {
    Workload workload = target.workload();
    return Tags.of(
            "reporter", "source",
            "source_workload", or(local.workload()),
            "source_workload_namespace", or(local.namespace()),
            "source_principal", UNKNOWN,
            "source_canonical_service", or(local.canonicalService()),
            "source_canonical_revision", or(local.revision()),
            "source_version", or(local.revision()))
        .and(
            "destination_workload", or(workload.name()),
            "destination_workload_namespace", or(workload.namespace()),
            "destination_principal", UNKNOWN,
            "destination_service", or(target.serviceHost()),
            "destination_service_name", or(target.serviceName()),
            "destination_service_namespace", or(target.serviceNamespace()),
            "destination_canonical_service", or(workload.canonicalName()),
            "destination_canonical_revision", or(workload.revision()),
            "destination_version", or(workload.revision()))
        .and("connection_security_policy", mutualTls ? "mutual_tls" : "none");
  }

  private String host() {
    return local.workload().isEmpty()
        ? UNKNOWN
        : local.workload() + "." + local.namespace() + ".svc.cluster.local";
  }

  private static String grpc(int status) {
    return status < 0 ? "" : String.valueOf(status);
  }

  private static String or(@Nullable String value) {
    return value == null || value.isEmpty() ? UNKNOWN : value;
  }

  /** The service account is the nearest that a certificate says of a workload's name. */
  private static String account(@Nullable String spiffeId) {
    return part(spiffeId, "/sa/");
  }

  private static String namespace(@Nullable String spiffeId) {
    return part(spiffeId, "/ns/");
  }

  private static String part(@Nullable String spiffeId, String mark) {
    int at = spiffeId == null ? -1 : spiffeId.indexOf(mark);
    if (spiffeId == null || at < 0) {
      return UNKNOWN;
    }
    int from = at + mark.length();
    int end = spiffeId.indexOf('/', from);
    return end < 0 ? spiffeId.substring(from) : spiffeId.substring(from, end);
  }
}

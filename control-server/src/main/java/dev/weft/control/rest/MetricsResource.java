package dev.weft.control.rest;

import dev.weft.control.rest.RestServer.Request;
import dev.weft.control.rest.RestServer.Text;
import dev.weft.control.serve.AdsStream;

/** {@code /metrics}: the server's own, in Prometheus' text format. */
final class MetricsResource implements RestServer.Resource {
  private final ControlApi api;

  MetricsResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException {
    var states = api.await(api.loop().states());
    long rejected =
        states.stream()
            .filter(
                s ->
                    s.types().values().stream()
                        .map(AdsStream.Standing::nack)
                        .anyMatch(n -> n != null))
            .count();
    StringBuilder text = new StringBuilder();
    gauge(text, "weft_control_instances", "Registered JVMs.", api.registry().instances().size());
    gauge(
        text,
        "weft_control_services",
        "Services of the mesh.",
        api.await(api.loop().mesh()).services().size());
    gauge(text, "weft_control_ads_streams", "Open ADS streams.", states.size());
    gauge(text, "weft_control_ads_rejected", "Streams that reject their configuration.", rejected);
    gauge(text, "weft_control_documents", "Documents in force.", api.store().documents().size());
    gauge(text, "weft_control_findings", "Findings now.", api.findings().size());
    counter(
        text, "weft_control_compilations_total", "Compilations.", api.await(api.loop().pushes()));
    counter(
        text,
        "weft_control_refused_calls_total",
        "Calls with missing or bad credentials.",
        api.refusedCalls().sum());
    return new Text("text/plain; version=0.0.4", text.toString());
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    metric(text, name, "gauge", help, value);
  }

  private static void counter(StringBuilder text, String name, String help, long value) {
    metric(text, name, "counter", help, value);
  }

  private static void metric(
      StringBuilder text, String name, String type, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    text.append(name).append(' ').append(value).append('\n');
  }
}

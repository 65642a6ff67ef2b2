package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Http;
import java.util.List;

/** Reads {@code networking.istio.io VirtualService}. */
final class VirtualServiceReader {
  private VirtualServiceReader() {}

  static Spec read(Fields spec) {
    List<String> hosts = spec.texts("hosts");
    if (hosts.isEmpty()) {
      spec.problem(FindingCode.FIELD_MISSING, "hosts", "is empty; name at least one host.");
    }
    for (String gateway : spec.texts("gateways")) {
      if (!gateway.equals("mesh")) {
        spec.problem(
            FindingCode.FIELD_UNSUPPORTED,
            "gateways",
            "holds '" + gateway + "'; gateways are not supported yet, only 'mesh'.");
      }
    }
    List<Http> http = spec.list("http", HttpRouteReader::read);
    if (http.isEmpty() && !spec.has("tcp") && !spec.has("tls")) {
      spec.problem(FindingCode.FIELD_MISSING, "http", "is empty; write at least one route.");
    }
    for (int i = 0; i + 1 < http.size(); i++) {
      if (http.get(i).matches().isEmpty()) {
        spec.problem(
            FindingCode.CONTRADICTION,
            "http[" + i + "]",
            "matches everything, so the routes after it never do; move it to the end.");
        break;
      }
    }
    Exports.read(spec);
    spec.end("tcp", "tls");
    return new VirtualService(hosts, http);
  }
}

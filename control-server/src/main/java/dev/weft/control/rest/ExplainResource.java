package dev.weft.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.compile.Node;
import dev.weft.control.compile.Snapshot;
import dev.weft.control.explain.Explain;
import dev.weft.control.register.Instance;
import dev.weft.control.rest.RestServer.Request;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.wire.v1.Announce;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/explain}: POST {@code {"from": "web.default", "method", "url", "headers"}}; what the
 * engine would do with that call in a JVM of that service.
 */
final class ExplainResource implements RestServer.Resource {
  private final ControlApi api;

  ExplainResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException, IOException {
    JsonNode body = RestServer.JSON.readTree(request.body().isBlank() ? "{}" : request.body());
    String from = body.path("from").asText("");
    int dot = from.indexOf('.');
    String service = dot < 0 ? from : from.substring(0, dot);
    String namespace = dot < 0 ? "default" : from.substring(dot + 1);
    if (service.isEmpty()) {
      throw new ApiException(422, "from is missing; name the calling service.");
    }
    URI uri = uri(body.path("url").asText(""));
    Node node = node(service, namespace);
    Snapshot snapshot = api.await(api.loop().compile(node));
    Map<String, String> headers = new HashMap<>();
    body.path("headers")
        .properties()
        .forEach(
            entry ->
                headers.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue().asText()));
    RequestDescription description =
        new RequestDescription(
            uri.getHost(),
            port(uri),
            body.path("method").asText("GET").toUpperCase(Locale.ROOT),
            path(uri),
            headers);
    return answer(from, description, Explain.explain(snapshot, description));
  }

  private static URI uri(String url) throws ApiException {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new ApiException(422, "url is '" + url + "'; write it like http://catalog/items?id=1.");
  }

  private static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static String path(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  /** The node of a running instance, else one as the service's would be. */
  private Node node(String service, String namespace) {
    @Nullable Announce announce = null;
    for (Instance instance : api.registry().instances()) {
      if (instance.announce().getService().equals(service)
          && instance.announce().getNamespace().equals(namespace)) {
        announce = instance.announce();
      }
    }
    String locality = "";
    if (announce != null) {
      var l = announce.getLocality();
      locality = l.getRegion() + "/" + l.getZone() + "/" + l.getSubZone();
    }
    return new Node(
        "explain", "", namespace, service, List.of(), Map.of("app", service), locality, "");
  }

  private static Object answer(String from, RequestDescription request, Explain.Answer answer) {
    Explanation explanation = answer.explanation();
    List<Map<String, String>> steps = new ArrayList<>();
    step(steps, "from", from);
    step(
        steps,
        "call",
        request.method() + " " + request.host() + ":" + request.port() + request.path());
    step(steps, "governed", (explanation.governed() ? "yes, " : "no, ") + explanation.reason());
    step(steps, "virtual host", explanation.virtualHost());
    explanation.passedOver().forEach(route -> step(steps, "no match", route));
    step(steps, "route", explanation.route());
    step(steps, "action", explanation.action());
    step(steps, "fault", explanation.fault());
    for (Explanation.ClusterShare share : explanation.clusters()) {
      step(
          steps,
          "cluster",
          share.cluster() + " weight " + share.weight() + (share.known() ? "" : " (unknown: 503)"));
      for (Explanation.Candidate candidate : share.candidates()) {
        step(
            steps,
            "  endpoint",
            candidate.address()
                + (candidate.mutualTls() ? " mTLS" : " plaintext")
                + " weight "
                + candidate.weight()
                + " "
                + candidate.health().toLowerCase(Locale.ROOT)
                + (candidate.eligible() ? "" : ", not chosen now"));
      }
    }
    answer.notApplied().forEach(n -> step(steps, "set aside", n.subject() + ": " + n.reason()));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("governed", explanation.governed());
    all.put("virtualHost", explanation.virtualHost());
    all.put("route", explanation.route());
    all.put("action", explanation.action());
    all.put("clusters", explanation.clusters());
    all.put("steps", steps);
    return all;
  }

  private static void step(List<Map<String, String>> steps, String step, @Nullable String what) {
    if (what != null && !what.isEmpty()) {
      Map<String, String> row = new LinkedHashMap<>();
      row.put("step", step);
      row.put("what", what);
      steps.add(row);
    }
  }
}

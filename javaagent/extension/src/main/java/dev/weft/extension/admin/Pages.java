package dev.weft.extension.admin;

import dev.weft.client.Status;
import dev.weft.engine.Engine;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.extension.Notices;
import dev.weft.extension.admin.AdminServer.Answer;
import dev.weft.extension.admin.AdminServer.Page;
import dev.weft.extension.telemetry.MicrometerRecorder;
import dev.weft.loader.WeavingReport;
import dev.weft.model.NotApplied;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the admin endpoint answers. */
public final class Pages {
  private final Engine engine;
  private final MicrometerRecorder metrics;
  private final Notices notices;
  private final WeavingReport report;
  private final Supplier<@Nullable Status> status;
  private final Consumer<Boolean> enable;

  /** Makes the pages; nothing is computed before somebody asks. */
  public Pages(
      Engine engine,
      MicrometerRecorder metrics,
      Notices notices,
      WeavingReport report,
      Supplier<@Nullable Status> status,
      Consumer<Boolean> enable) {
    this.engine = engine;
    this.metrics = metrics;
    this.notices = notices;
    this.report = report;
    this.status = status;
    this.enable = enable;
  }

  /** All pages by path. */
  public Map<String, Page> all() {
    Map<String, Page> pages = new LinkedHashMap<>();
    pages.put("/metrics", (method, query) -> Answer.text(metrics.scrape()));
    pages.put("/status", (method, query) -> Answer.json(Json.write(statusPage())));
    pages.put("/clusters", (method, query) -> Answer.json(Json.write(clustersPage())));
    pages.put("/explain", (method, query) -> explain(query));
    pages.put("/enable", (method, query) -> switched(method, true));
    pages.put("/disable", (method, query) -> switched(method, false));
    return pages;
  }

  private Answer switched(String method, boolean on) {
    if (!method.equals("POST")) {
      return new Answer(405, "text/plain", "Use POST: this changes what the application does.\n");
    }
    enable.accept(on);
    return Answer.text(on ? "enabled\n" : "disabled\n");
  }

  private Map<String, @Nullable Object> statusPage() {
    Map<String, @Nullable Object> page = new LinkedHashMap<>();
    Status now = status.get();
    page.put("config_version", engine.snapshot().version());
    page.put("connected", now != null && now.connected());
    page.put("registered", now != null && now.registered());
    page.put("last_error", now == null ? null : now.lastError());
    page.put("spiffe_id", now == null ? "" : now.spiffeId());
    page.put("certificate_expiry", now == null ? null : now.certificateExpiry());
    page.put("internal_errors", notices.internalErrors());
    page.put("refused_inbound", notices.refusals());
    List<Object> libraries = new ArrayList<>();
    for (WeavingReport.Entry entry : report.libraries()) {
      Map<String, @Nullable Object> library = new LinkedHashMap<>();
      library.put("name", entry.name());
      library.put("version", entry.version());
      library.put("governed", entry.governed());
      library.put("reasons", entry.reasons());
      library.put("woven_types", entry.wovenTypes());
      libraries.add(library);
    }
    page.put("libraries", libraries);
    List<Object> set = new ArrayList<>();
    for (NotApplied notApplied : engine.notApplied()) {
      set.add(Map.of("subject", notApplied.subject(), "reason", notApplied.reason()));
    }
    page.put("not_applied", set);
    return page;
  }

  private List<Object> clustersPage() {
    List<Object> clusters = new ArrayList<>();
    for (ClusterState cluster : engine.clusters()) {
      List<Object> hosts = new ArrayList<>();
      for (Host host : cluster.all()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("address", String.valueOf(host.address()));
        one.put("active", host.active());
        one.put("mesh_tls", host.meshTls());
        one.put("eligible", cluster.eligible().contains(host));
        hosts.add(one);
      }
      Map<String, Object> page = new LinkedHashMap<>();
      page.put("name", cluster.name());
      page.put("hosts", hosts);
      clusters.add(page);
    }
    return clusters;
  }

  /** {@code ?method=GET&url=http://reviews/path&header=name:value}. */
  private Answer explain(String query) {
    String method = "GET";
    String url = null;
    Map<String, String> headers = new LinkedHashMap<>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String value =
          equals < 0 ? "" : URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8);
      switch (equals < 0 ? part : part.substring(0, equals)) {
        case "method" -> method = value.toUpperCase(Locale.ROOT);
        case "url" -> url = value;
        case "header" -> {
          int colon = value.indexOf(':');
          if (colon > 0) {
            headers.put(
                value.substring(0, colon).trim().toLowerCase(Locale.ROOT),
                value.substring(colon + 1).trim());
          }
        }
        default -> {
          // Unknown parameters do not change an explanation.
        }
      }
    }
    if (url == null) {
      return new Answer(
          400, "text/plain", "Ask /explain?method=GET&url=http://host/path&header=name:value\n");
    }
    URI uri = URI.create(url);
    String host = uri.getHost();
    if (host == null) {
      return new Answer(400, "text/plain", "The url has no host: " + url + "\n");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String full = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return Answer.text(
        engine.explain(new RequestDescription(host, port, method, full, headers)) + "\n");
  }
}

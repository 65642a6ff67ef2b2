package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Action;
import dev.weft.control.source.VirtualService.Destination;
import dev.weft.control.source.VirtualService.DirectResponse;
import dev.weft.control.source.VirtualService.Fault;
import dev.weft.control.source.VirtualService.Forward;
import dev.weft.control.source.VirtualService.Headers;
import dev.weft.control.source.VirtualService.Http;
import dev.weft.control.source.VirtualService.Match;
import dev.weft.control.source.VirtualService.Redirect;
import dev.weft.control.source.VirtualService.Retries;
import dev.weft.control.source.VirtualService.Rewrite;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code VirtualService.http}. */
final class HttpRouteReader {
  private static final Destination NOWHERE =
      new Destination("", "", 0, 1, Headers.NONE, Headers.NONE);

  private HttpRouteReader() {}

  static Http read(Fields http) {
    String name = http.text("name", "");
    List<Match> matches = http.list("match", MatchReader::read);
    Fault fault = http.object("fault", FaultReader::read);
    Fields headers = http.object("headers");
    Headers request = HeadersReader.read(headers, "request");
    Headers response = HeadersReader.read(headers, "response");
    headers.end();
    Action action = action(http);
    if (action instanceof Forward forward && forward.rewrite() != null) {
      RewriteReader.check(http, forward.rewrite(), matches);
    }
    http.end(
        "delegate",
        "corsPolicy",
        "mirror",
        "mirrors",
        "mirrorPercentage",
        "mirrorPercent",
        "mirror_percent");
    return new Http(name, matches, action, fault, request, response);
  }

  private static Action action(Fields http) {
    int kinds =
        (http.has("route") ? 1 : 0)
            + (http.has("redirect") ? 1 : 0)
            + (http.has("directResponse") ? 1 : 0);
    if (kinds != 1 && !http.has("delegate")) {
      http.problem(
          kinds == 0 ? FindingCode.FIELD_MISSING : FindingCode.CONTRADICTION,
          "",
          "needs exactly one of route, redirect, directResponse; it has " + kinds + ".");
    }
    Forward forward = forward(http);
    Redirect redirect = http.object("redirect", HttpRouteReader::redirect);
    DirectResponse direct = http.object("directResponse", HttpRouteReader::direct);
    boolean sent = http.has("timeout") || http.has("retries") || http.has("rewrite");
    if (!http.has("route") && sent) {
      http.problem(
          FindingCode.CONTRADICTION,
          "",
          "has timeout, retries or rewrite but no route to use them.");
    }
    if (redirect != null) {
      return redirect;
    }
    return direct != null ? direct : forward;
  }

  private static Forward forward(Fields http) {
    List<Destination> destinations = http.list("route", HttpRouteReader::destination);
    checkWeights(http, destinations);
    Rewrite rewrite = http.object("rewrite", RewriteReader::read);
    Duration timeout = http.duration("timeout");
    Retries retries = http.object("retries", RetriesReader::read);
    return new Forward(
        destinations.isEmpty() ? List.of(NOWHERE) : destinations,
        rewrite,
        timeout,
        retries,
        List.of());
  }

  private static void checkWeights(Fields http, List<Destination> destinations) {
    long sum = 0;
    for (Destination destination : destinations) {
      sum += destination.weight();
    }
    if (destinations.size() > 1 && sum == 0) {
      http.problem(
          FindingCode.OUT_OF_RANGE,
          "route",
          "has weights that sum to 0; give one of them 1 or more.");
    }
  }

  static Destination destination(Fields route) {
    Fields destination = route.object("destination");
    String host = destination.required("host");
    String subset = destination.text("subset", "");
    Fields port = destination.object("port");
    int number = port.number("number", 1, 65_535, 0);
    port.end();
    destination.end();
    Fields headers = route.object("headers");
    Headers request = HeadersReader.read(headers, "request");
    Headers response = HeadersReader.read(headers, "response");
    headers.end();
    int weight = route.number("weight", 0, 1_000_000, 0);
    route.end();
    return new Destination(host, subset, number, weight, request, response);
  }

  private static Redirect redirect(Fields fields) {
    Integer code = fields.number("redirectCode", 301, 308);
    if (code != null && code != 301 && code != 302 && code != 303 && code != 307 && code != 308) {
      fields.problem(
          FindingCode.NOT_ALLOWED,
          "redirectCode",
          "is " + code + "; use 301, 302, 303, 307 or 308.");
    }
    Redirect redirect =
        new Redirect(
            fields.text("uri"),
            fields.text("authority"),
            fields.text("scheme"),
            fields.number("port", 1, 65_535, 0),
            code == null ? 301 : code);
    fields.end("derivePort");
    return redirect;
  }

  private static @Nullable DirectResponse direct(Fields fields) {
    Integer status = fields.number("status", 200, 599);
    if (status == null && !fields.has("status")) {
      fields.problem(FindingCode.FIELD_MISSING, "status", "is missing; it must be there.");
    }
    Fields body = fields.object("body");
    String text = body.text("string", "");
    body.end("bytes");
    fields.end();
    return new DirectResponse(status == null ? 503 : status, text);
  }
}

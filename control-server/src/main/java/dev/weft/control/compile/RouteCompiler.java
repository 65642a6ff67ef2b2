package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import dev.weft.control.source.Document;
import dev.weft.control.source.VirtualService;
import dev.weft.control.source.VirtualService.Destination;
import dev.weft.control.source.VirtualService.DirectResponse;
import dev.weft.control.source.VirtualService.Forward;
import dev.weft.control.source.VirtualService.Http;
import dev.weft.control.source.VirtualService.Match;
import dev.weft.control.source.VirtualService.Redirect;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of one VirtualService for one port. Source: {@code envoy.config.route.v3.Route}. */
final class RouteCompiler {
  private final Mesh mesh;
  private final Document document;
  private final int port;

  RouteCompiler(Mesh mesh, Document document, int port) {
    this.mesh = mesh;
    this.document = document;
    this.port = port;
  }

  /** A route for all paths to one cluster. */
  static Route forwardAll(String name, String cluster, @Nullable RetryPolicy retries) {
    RouteAction.Builder action =
        RouteAction.newBuilder().setCluster(cluster).setTimeout(Duration.getDefaultInstance());
    if (retries != null) {
      action.setRetryPolicy(retries);
    }
    return Route.newBuilder()
        .setName(name)
        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
        .setRoute(action)
        .build();
  }

  List<Route> routes(VirtualService service) {
    List<Route> routes = new ArrayList<>();
    for (Http http : service.http()) {
      if (http.matches().isEmpty()) {
        routes.add(route(http, null));
      }
      for (Match match : http.matches()) {
        if (match.port() == 0 || match.port() == port) {
          routes.add(route(http, match));
        }
      }
    }
    return routes;
  }

  private Route route(Http http, @Nullable Match match) {
    Route.Builder route =
        Route.newBuilder()
            .setName(name(http, match))
            .setMatch(
                match == null
                    ? RouteMatch.newBuilder().setPrefix("/").build()
                    : Matches.match(match))
            .setMetadata(
                Metadata.newBuilder()
                    .putFilterMetadata(
                        "istio",
                        Struct.newBuilder()
                            .putFields("config", Protos.text(Protos.path(document)))
                            .build()));
    if (http.action() instanceof Forward forward) {
      route.setRoute(forward(forward));
    } else if (http.action() instanceof Redirect redirect) {
      route.setRedirect(redirect(redirect));
    } else if (http.action() instanceof DirectResponse direct) {
      route.setDirectResponse(
          DirectResponseAction.newBuilder()
              .setStatus(direct.status())
              .setBody(DataSource.newBuilder().setInlineString(direct.body())));
    }
    HeaderChanges.request(http.requestHeaders())
        .apply(route::addRequestHeadersToAdd, route::addRequestHeadersToRemove);
    HeaderChanges.response(http.responseHeaders())
        .apply(route::addResponseHeadersToAdd, route::addResponseHeadersToRemove);
    if (http.fault() != null) {
      route.putTypedPerFilterConfig(
          "envoy.filters.http.fault", Any.pack(Faults.fault(http.fault())));
    }
    return route.build();
  }

  private static String name(Http http, @Nullable Match match) {
    if (match == null || match.name().isEmpty()) {
      return http.name();
    }
    return http.name().isEmpty() ? match.name() : http.name() + "." + match.name();
  }

  private RouteAction forward(Forward forward) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setTimeout(
                forward.timeout() == null
                    ? Duration.getDefaultInstance()
                    : Protos.duration(forward.timeout()));
    if (forward.timeout() != null) {
      // grpc-timeout never asks for more than the route gives.
      action.setMaxStreamDuration(
          RouteAction.MaxStreamDuration.newBuilder()
              .setMaxStreamDuration(Protos.duration(forward.timeout()))
              .setGrpcTimeoutHeaderMax(Protos.duration(forward.timeout())));
    }
    destinations(action, forward.destinations());
    RetryPolicy retries = Retries.of(forward.retries());
    if (retries != null) {
      action.setRetryPolicy(retries);
    }
    if (forward.rewrite() != null) {
      rewrite(action, forward.rewrite());
    }
    for (VirtualService.Mirror mirror : forward.mirrors()) {
      action.addRequestMirrorPolicies(
          RouteAction.RequestMirrorPolicy.newBuilder()
              .setCluster(cluster(mirror.destination()))
              .setDisableShadowHostSuffixAppend(true)
              .setTraceSampled(BoolValue.of(false))
              .setRuntimeFraction(
                  RuntimeFractionalPercent.newBuilder()
                      .setDefaultValue(Faults.share(mirror.percent()))));
    }
    return action.build();
  }

  private void destinations(RouteAction.Builder action, List<Destination> destinations) {
    if (destinations.size() == 1 && plain(destinations.get(0))) {
      action.setCluster(cluster(destinations.get(0)));
      return;
    }
    WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
    for (Destination destination : destinations) {
      WeightedCluster.ClusterWeight.Builder cluster =
          WeightedCluster.ClusterWeight.newBuilder()
              .setName(cluster(destination))
              .setWeight(UInt32Value.of(destinations.size() == 1 ? 100 : destination.weight()));
      HeaderChanges.request(destination.requestHeaders())
          .apply(cluster::addRequestHeadersToAdd, cluster::addRequestHeadersToRemove);
      HeaderChanges.response(destination.responseHeaders())
          .apply(cluster::addResponseHeadersToAdd, cluster::addResponseHeadersToRemove);
      weighted.addClusters(cluster);
    }
    action.setWeightedClusters(weighted);
  }

  private static boolean plain(Destination destination) {
    return destination.requestHeaders().equals(VirtualService.Headers.NONE)
        && destination.responseHeaders().equals(VirtualService.Headers.NONE);
  }

  /** The named port, else the service's only one, else the one that was dialled. */
  private String cluster(Destination destination) {
    String host = mesh.settings().fullName(destination.host(), document.key().namespace());
    int number = destination.port();
    if (number == 0) {
      MeshService service = mesh.services().get(host);
      number =
          service != null && service.definition().ports().size() == 1
              ? service.definition().ports().get(0).number()
              : port;
    }
    return ClusterCompiler.name(number, destination.subset(), host);
  }

  private static void rewrite(RouteAction.Builder action, VirtualService.Rewrite rewrite) {
    if (rewrite.uri() != null) {
      action.setPrefixRewrite(rewrite.uri());
    }
    if (rewrite.regex() != null) {
      action.setRegexRewrite(
          RegexMatchAndSubstitute.newBuilder()
              .setPattern(RegexMatcher.newBuilder().setRegex(rewrite.regex()))
              .setSubstitution(
                  rewrite.regexReplacement() == null ? "" : rewrite.regexReplacement()));
    }
    if (rewrite.authority() != null) {
      action.setHostRewriteLiteral(rewrite.authority());
    }
  }

  private static RedirectAction redirect(Redirect redirect) {
    RedirectAction.Builder action = RedirectAction.newBuilder();
    if (redirect.uri() != null) {
      action.setPathRedirect(redirect.uri());
    }
    if (redirect.authority() != null) {
      action.setHostRedirect(redirect.authority());
    }
    if (redirect.scheme() != null) {
      action.setSchemeRedirect(redirect.scheme());
    }
    if (redirect.port() > 0) {
      action.setPortRedirect(redirect.port());
    }
    return action
        .setResponseCode(
            switch (redirect.code()) {
              case 302 -> RedirectAction.RedirectResponseCode.FOUND;
              case 303 -> RedirectAction.RedirectResponseCode.SEE_OTHER;
              case 307 -> RedirectAction.RedirectResponseCode.TEMPORARY_REDIRECT;
              case 308 -> RedirectAction.RedirectResponseCode.PERMANENT_REDIRECT;
              default -> RedirectAction.RedirectResponseCode.MOVED_PERMANENTLY;
            })
        .build();
  }
}

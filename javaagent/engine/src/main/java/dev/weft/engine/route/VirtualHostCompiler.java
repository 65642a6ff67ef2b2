package dev.weft.engine.route;

import dev.weft.engine.header.HeaderProgram;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.retry.RetryRule;
import dev.weft.engine.route.CompiledAction.Share;
import dev.weft.model.HeaderMutation;
import dev.weft.model.NotApplied;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import dev.weft.model.WeightedCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compiles the routes of one virtual host. A route that cannot be compiled is set aside and listed;
 * it never stops the others. Parts that are not supported yet are listed by name.
 */
public final class VirtualHostCompiler {
  private final RouteConfiguration table;
  private final VirtualHost host;
  private final Map<String, ClusterState> clusters;
  private final List<NotApplied> notApplied = new ArrayList<>();
  private final List<ClusterState> used = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final Map<Same, CompiledAction.Forward> forwards = new HashMap<>();

  /** Routes that do the same share one action: less memory, and a call finds it in the caches. */
  private record Same(
      RouteAction.Forward model, HeaderMutation requestHeaders, HeaderMutation responseHeaders) {}

  /**
   * @param clusters by name
   */
  public VirtualHostCompiler(
      RouteConfiguration table, VirtualHost host, Map<String, ClusterState> clusters) {
    this.table = table;
    this.host = host;
    this.clusters = clusters;
  }

  /** Compiles all routes that can be. */
  public RouteTable compile() {
    List<CompiledRoute> routes = new ArrayList<>();
    for (Route route : host.routes()) {
      try {
        routes.add(new CompiledRoute(route, action(route)));
      } catch (RuntimeException e) {
        notApplied.add(new NotApplied(subject(route), "set aside: " + e.getMessage()));
      }
    }
    return RouteTable.of(routes);
  }

  /** What was set aside, and why. */
  public List<NotApplied> notApplied() {
    return List.copyOf(notApplied);
  }

  /** Whether the result still holds with these clusters. */
  public boolean holds(Map<String, ClusterState> now) {
    for (ClusterState state : used) {
      if (now.get(state.name()) != state) {
        return false;
      }
    }
    return missing.stream().noneMatch(now::containsKey);
  }

  private String subject(Route route) {
    String name = route.name().isEmpty() ? "of " + host.name() : route.name();
    return "Route " + name + " in RouteConfiguration " + table.name();
  }

  private CompiledAction action(Route route) {
    Consumer<String> problem = text -> notApplied.add(new NotApplied(subject(route), text));
    HeaderProgram response =
        HeaderProgram.compile(
            true,
            problem,
            route.responseHeaders(),
            host.responseHeaders(),
            table.responseHeaders());
    RouteAction action = route.action();
    if (action instanceof RouteAction.Passthrough) {
      return new CompiledAction.Passthrough();
    }
    if (action instanceof RouteAction.DirectResponse direct) {
      return new CompiledAction.Direct(direct, response);
    }
    if (action instanceof RouteAction.Redirect redirect) {
      return new CompiledAction.Redirect(
          redirect, PathRewriter.compile(redirect.path(), route.match().path()), response);
    }
    RouteAction.Forward forward = (RouteAction.Forward) action;
    if (forward.rewrite() != null) {
      return forward(forward, route, problem);
    }
    Same key = new Same(forward, route.requestHeaders(), route.responseHeaders());
    CompiledAction.Forward known = forwards.get(key);
    if (known != null) {
      return known;
    }
    int problems = notApplied.size();
    CompiledAction.Forward made = forward(forward, route, problem);
    if (problems == notApplied.size()) {
      // What could not be applied is listed for each route by name, so only whole ones are shared.
      forwards.put(key, made);
    }
    return made;
  }

  private CompiledAction.Forward forward(
      RouteAction.Forward forward, Route route, Consumer<String> problem) {
    if (!forward.mirrors().isEmpty()) {
      problem.accept("request_mirror_policies is not supported yet; requests are not copied");
    }
    if (!forward.hash().isEmpty()) {
      problem.accept("hash_policy is not supported yet; endpoints are chosen without it");
    }
    Share[] shares = new Share[forward.clusters().size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = share(forward.clusters().get(i), route, problem);
    }
    return new CompiledAction.Forward(
        forward,
        shares,
        PathRewriter.compile(forward.rewrite(), route.match().path()),
        RetryRule.of(forward.retry()));
  }

  private Share share(WeightedCluster weighted, Route route, Consumer<String> problem) {
    ClusterState state = clusters.get(weighted.cluster());
    if (state == null) {
      missing.add(weighted.cluster());
      problem.accept(
          "cluster " + weighted.cluster() + " is absent from CDS; its calls are answered 503 (NC)");
    } else {
      used.add(state);
    }
    HeaderMutation[] request = {
      weighted.requestHeaders(),
      route.requestHeaders(),
      host.requestHeaders(),
      table.requestHeaders()
    };
    HeaderMutation[] response = {
      weighted.responseHeaders(),
      route.responseHeaders(),
      host.responseHeaders(),
      table.responseHeaders()
    };
    return new Share(
        weighted.cluster(),
        state,
        HeaderProgram.compile(false, problem, request),
        HeaderProgram.compile(true, problem, response));
  }
}

package dev.weft.engine.explain;

import dev.weft.bootstrap.Destination;
import dev.weft.engine.call.AuthorityDestination;
import dev.weft.engine.call.HttpDestination;
import dev.weft.engine.env.RandomSource;
import dev.weft.engine.explain.Explanation.Candidate;
import dev.weft.engine.explain.Explanation.ClusterShare;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.lb.Host;
import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.CompiledRoute;
import dev.weft.engine.route.HostTable;
import dev.weft.model.RouteAction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs the very look-ups of a call and writes down what they found. Pure: sends nothing. */
public final class Explainer {
  private Explainer() {}

  /** Explains {@code request} against a compiled table. */
  public static Explanation explain(
      HostTable<Destination> table, RandomSource random, RequestDescription request) {
    Destination found = table.find(request.host(), request.port());
    if (found instanceof AuthorityDestination) {
      String authority = RequestDescription.READER.authority(request);
      int colon = authority.lastIndexOf(':');
      String name = colon < 0 ? authority : authority.substring(0, colon);
      found = table.find(name, request.port());
    }
    if (!(found instanceof HttpDestination destination)) {
      return Explanation.notOurs(
          "no virtual host names " + request.host() + " at port " + request.port(), null);
    }
    CompiledRoute route =
        destination.routes().find(request.path(), request, RequestDescription.READER, random);
    List<String> passedOver = new ArrayList<>();
    int position = 0;
    for (CompiledRoute r : destination.routes().routes()) {
      if (r == route) {
        break;
      }
      passedOver.add(label(r, position++));
    }
    if (route == null) {
      return new Explanation(
          true,
          "no route of the virtual host matches",
          destination.name(),
          null,
          passedOver,
          "answers 404 (NR)",
          null,
          List.of());
    }
    if (route.action() instanceof CompiledAction.Passthrough) {
      return Explanation.notOurs("the route passes through", destination.name());
    }
    return new Explanation(
        true,
        "first match",
        destination.name(),
        label(route, position),
        passedOver,
        action(route.action()),
        route.model().fault() == null ? null : route.model().fault().toString(),
        clusters(route.action()));
  }

  private static String label(CompiledRoute route, int position) {
    String name = route.model().name();
    return (name.isEmpty() ? "#" + position : name) + " " + route.model().match().path();
  }

  private static String action(CompiledAction action) {
    if (action instanceof CompiledAction.Direct d) {
      return "answers " + d.response().status();
    }
    if (action instanceof CompiledAction.Redirect r) {
      return "redirects with " + r.redirect().status();
    }
    RouteAction.Forward f = ((CompiledAction.Forward) action).model();
    return "forwards"
        + (f.timeout().isZero() ? "" : ", timeout " + f.timeout())
        + (f.retry() == null
            ? ""
            : ", up to " + f.retry().retries() + " retries on " + f.retry().on())
        + (f.rewrite() == null ? "" : ", " + f.rewrite())
        + (f.authority() == null ? "" : ", authority " + f.authority());
  }

  private static List<ClusterShare> clusters(CompiledAction action) {
    List<ClusterShare> shares = new ArrayList<>();
    if (action instanceof CompiledAction.Forward forward) {
      int i = 0;
      for (CompiledAction.Share share : forward.shares()) {
        ClusterState state = share.state();
        int weight = forward.model().clusters().get(i++).weight();
        shares.add(
            new ClusterShare(
                share.cluster(),
                weight,
                state != null,
                state == null ? List.of() : candidates(state)));
      }
    }
    return shares;
  }

  private static List<Candidate> candidates(ClusterState state) {
    Set<Host> eligible = new HashSet<>(state.eligible());
    List<Candidate> candidates = new ArrayList<>();
    for (Host host : state.all()) {
      candidates.add(
          new Candidate(
              host.toString(),
              host.endpoint().workload().name(),
              host.endpoint().weight(),
              host.endpoint().health().name(),
              host.health().isEjected(),
              state.needsTls(host),
              eligible.contains(host)));
    }
    return candidates;
  }
}

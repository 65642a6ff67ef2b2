package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.env.RandomSource;
import dev.weft.engine.fault.FaultRule;
import dev.weft.model.HeaderMatch;
import dev.weft.model.QueryMatch;
import dev.weft.model.Route;
import dev.weft.model.RouteMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route made ready: its matchers compiled and its clusters looked up. Immutable. */
public final class CompiledRoute {
  /** Shared, so that a route without conditions brings no array of its own into the caches. */
  private static final HeaderMatcher[] NO_HEADERS = {};

  private static final QueryMatcher[] NO_QUERY = {};

  private final Route model;
  private final PathMatcher path;
  private final HeaderMatcher[] headers;
  private final QueryMatcher[] query;
  private final int perMillion;
  private final CompiledAction action;
  private final @Nullable FaultRule fault;

  /**
   * @throws IllegalArgumentException naming the part that cannot be compiled
   */
  public CompiledRoute(Route model, CompiledAction action) {
    RouteMatch match = model.match();
    this.model = model;
    this.action = action;
    this.path = PathMatcher.compile(match.path());
    this.headers = headers(match.headers());
    this.query = query(match.query());
    this.perMillion = match.runtimePerMillion();
    this.fault = FaultRule.of(model.fault());
  }

  private static HeaderMatcher[] headers(List<HeaderMatch> matches) {
    return matches.isEmpty()
        ? NO_HEADERS
        : matches.stream().map(HeaderMatcher::new).toArray(HeaderMatcher[]::new);
  }

  private static QueryMatcher[] query(List<QueryMatch> matches) {
    return matches.isEmpty()
        ? NO_QUERY
        : matches.stream().map(QueryMatcher::new).toArray(QueryMatcher[]::new);
  }

  /** Whether all conditions hold; headers first, as a string compare is cheaper than a regex. */
  <R> boolean matches(
      String text, int end, R request, RequestReader<? super R> reader, RandomSource random) {
    for (HeaderMatcher header : headers) {
      if (!header.matches(request, reader)) {
        return false;
      }
    }
    if (!path.matches(text, end)) {
      return false;
    }
    for (QueryMatcher parameter : query) {
      if (!parameter.matches(text, end)) {
        return false;
      }
    }
    return perMillion >= RouteMatch.MILLION || random.below(RouteMatch.MILLION) < perMillion;
  }

  PathMatcher path() {
    return path;
  }

  /** As configured. */
  public Route model() {
    return model;
  }

  /** What it does. */
  public CompiledAction action() {
    return action;
  }

  /** Injected fault, or null. */
  public @Nullable FaultRule fault() {
    return fault;
  }
}

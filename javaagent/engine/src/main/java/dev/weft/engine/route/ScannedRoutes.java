package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.env.RandomSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries one route after the other: the fastest way for the few routes that most hosts have. */
final class ScannedRoutes implements RouteTable {
  private final CompiledRoute[] routes;

  ScannedRoutes(List<CompiledRoute> routes) {
    this.routes = routes.toArray(new CompiledRoute[0]);
  }

  @Override
  public <R> @Nullable CompiledRoute find(
      String path, R request, RequestReader<? super R> reader, RandomSource random) {
    int end = RouteTable.pathEnd(path);
    for (CompiledRoute route : routes) {
      if (route.matches(path, end, request, reader, random)) {
        return route;
      }
    }
    return null;
  }

  @Override
  public List<CompiledRoute> routes() {
    return List.of(routes);
  }
}

package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.env.RandomSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of one virtual host; the first that matches wins. Immutable, allocates nothing. */
public interface RouteTable {
  /** Finds the route of a request, or null. */
  <R> @Nullable CompiledRoute find(
      String path, R request, RequestReader<? super R> reader, RandomSource random);

  /** All routes in order. */
  List<CompiledRoute> routes();

  /** Chooses the structure by the number of routes. */
  static RouteTable of(List<CompiledRoute> routes) {
    return routes.size() <= FewRoutes.MOST ? new FewRoutes(routes) : new IndexedRoutes(routes);
  }

  /** Where the path ends and the query begins. */
  static int pathEnd(String path) {
    int question = path.indexOf('?');
    return question < 0 ? path.length() : question;
  }
}

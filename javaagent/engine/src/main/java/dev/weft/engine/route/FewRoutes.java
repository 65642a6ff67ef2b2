package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.env.RandomSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first matching route among the few that most hosts have.
 *
 * <p>A mesh of a thousand hosts has ten thousand routes, whose matchers are rarely in the
 * processor's caches when a call comes; following them one after the other costs more than all
 * comparing. So one flat array holds, grouped by length, the hash of the literal text that each
 * route's paths begin with (see {@link IndexedRoutes}). One walk over the path finds the routes
 * that can match at all, as bits; those are then tried in their listed order. Usually that is one.
 */
final class FewRoutes implements RouteTable {
  /** As many as a long has bits. */
  static final int MOST = Long.SIZE;

  /** Beside a route's number: only a path as long as its literal matches. */
  private static final int EXACT = MOST;

  private final CompiledRoute[] routes;

  /** Groups by ascending length: length, count, then count times hash and number. */
  private final int[] files;

  /**
   * @param routes at most {@link #MOST}
   */
  FewRoutes(List<CompiledRoute> routes) {
    this.routes = routes.toArray(new CompiledRoute[0]);
    Map<Integer, Integer> counts = new TreeMap<>();
    for (CompiledRoute route : routes) {
      counts.merge(route.path().literalPrefix().length(), 1, Integer::sum);
    }
    this.files = new int[2 * counts.size() + 2 * routes.size()];
    int at = 0;
    for (Map.Entry<Integer, Integer> group : counts.entrySet()) {
      files[at++] = group.getKey();
      files[at++] = group.getValue();
      for (int i = 0; i < this.routes.length; i++) {
        PathMatcher path = this.routes[i].path();
        if (path.literalPrefix().length() == group.getKey()) {
          files[at++] = path.literalPrefix().hashCode();
          files[at++] = path.exact() ? i | EXACT : i;
        }
      }
    }
  }

  @Override
  public <R> @Nullable CompiledRoute find(
      String path, R request, RequestReader<? super R> reader, RandomSource random) {
    int end = RouteTable.pathEnd(path);
    for (long left = candidates(path, end); left != 0; left &= left - 1) {
      CompiledRoute route = routes[Long.numberOfTrailingZeros(left)];
      if (route.matches(path, end, request, reader, random)) {
        return route;
      }
    }
    return null;
  }

  /** A bit for each route whose literal the path begins with, and few others. */
  private long candidates(String path, int end) {
    int[] f = files;
    long found = 0;
    int hash = 0;
    int hashed = 0;
    for (int i = 0; i < f.length; ) {
      int length = f[i];
      if (length > end) {
        break;
      }
      while (hashed < length) {
        hash = 31 * hash + path.charAt(hashed++);
      }
      int stop = i + 2 + 2 * f[i + 1];
      for (i += 2; i < stop; i += 2) {
        if (f[i] == hash && ((f[i + 1] & EXACT) == 0 || length == end)) {
          // A shift looks at the low six bits only.
          found |= 1L << f[i + 1];
        }
      }
    }
    return found;
  }

  @Override
  public List<CompiledRoute> routes() {
    return List.of(routes);
  }
}

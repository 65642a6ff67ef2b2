package dev.weft.engine.route;

import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.env.RandomSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first matching route among thousands without trying them all.
 *
 * <p>Every route has a literal text that its paths begin with (all of an exact path, the prefix,
 * the literal head of a regular expression, nothing when case is ignored). Routes are filed under
 * the hash of that text in an open-addressing table. One walk over the path computes the hash of
 * each of its prefixes as it goes and visits the files of those lengths that occur at all. A file
 * lists routes in order, so a visit stops at the best route found so far, and the listed order
 * decides just as in a scan. Equal hashes of different texts only cost a needless try: the route's
 * own matchers have the last word. Cost grows with the path's length, not with the number of
 * routes; a table of regular expressions without literal head stays a scan of those.
 */
final class IndexedRoutes implements RouteTable {
  private final CompiledRoute[] routes;
  private final BitSet lengths = new BitSet();
  private final int[] hashes;
  private final int[][] files;
  private final int mask;

  IndexedRoutes(List<CompiledRoute> list) {
    this.routes = list.toArray(new CompiledRoute[0]);
    Map<Integer, List<Integer>> byHash = new HashMap<>();
    for (int i = 0; i < routes.length; i++) {
      PathMatcher path = routes[i].path();
      lengths.set(path.literalPrefix().length());
      byHash.computeIfAbsent(key(path), k -> new ArrayList<>()).add(i);
    }
    int size = Integer.highestOneBit(Math.max(4, byHash.size() * 2)) * 2;
    this.mask = size - 1;
    this.hashes = new int[size];
    this.files = new int[size][];
    byHash.forEach(
        (hash, file) -> {
          int slot = slot(hash);
          while (files[slot] != null) {
            slot = slot + 1 & mask;
          }
          hashes[slot] = hash;
          files[slot] = file.stream().mapToInt(Integer::intValue).toArray();
        });
  }

  /** Exact paths are filed apart, so that {@code /a} as prefix is not visited with them. */
  private static int key(PathMatcher path) {
    int hash = path.literalPrefix().hashCode();
    return path.exact() ? ~hash : hash;
  }

  private int slot(int hash) {
    int h = hash * 0x9E3779B9;
    return (h ^ h >>> 16) & mask;
  }

  @Override
  public <R> @Nullable CompiledRoute find(
      String path, R request, RequestReader<? super R> reader, RandomSource random) {
    int end = RouteTable.pathEnd(path);
    int best = routes.length;
    int hash = 0;
    for (int length = 0; ; length++) {
      if (lengths.get(length)) {
        best = visit(hash, best, path, end, request, reader, random);
      }
      if (length == end) {
        break;
      }
      hash = 31 * hash + path.charAt(length);
    }
    best = visit(~hash, best, path, end, request, reader, random);
    return best == routes.length ? null : routes[best];
  }

  private <R> int visit(
      int hash,
      int best,
      String path,
      int end,
      R request,
      RequestReader<? super R> reader,
      RandomSource random) {
    for (int slot = slot(hash); files[slot] != null; slot = slot + 1 & mask) {
      if (hashes[slot] == hash) {
        for (int i : files[slot]) {
          if (i >= best) {
            return best;
          }
          if (routes[i].matches(path, end, request, reader, random)) {
            return i;
          }
        }
        return best;
      }
    }
    return best;
  }

  @Override
  public List<CompiledRoute> routes() {
    return List.of(routes);
  }
}

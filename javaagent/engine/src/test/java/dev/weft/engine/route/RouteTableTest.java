package dev.weft.engine.route;

import static dev.weft.engine.fixtures.FakeRequest.READER;
import static dev.weft.engine.fixtures.FakeRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.env.RandomSource;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeRequest;
import dev.weft.model.HeaderMatch;
import dev.weft.model.HeaderMatch.Condition;
import dev.weft.model.PathMatch;
import dev.weft.model.QueryMatch;
import dev.weft.model.RouteMatch;
import dev.weft.model.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final RandomSource RANDOM = bound -> 0;

  private static CompiledRoute compiled(String name, RouteMatch match) {
    return new CompiledRoute(
        Config.route(name, match, new dev.weft.model.RouteAction.Passthrough()),
        new CompiledAction.Passthrough());
  }

  private static boolean matches(RouteMatch match, FakeRequest request) {
    return RouteTable.of(List.of(compiled("r", match))).find(request.path, request, READER, RANDOM)
        != null;
  }

  private static RouteMatch header(HeaderMatch match) {
    return Config.match(new PathMatch.Prefix("/", true), match);
  }

  private static HeaderMatch value(String name, StringMatch match, boolean invert, boolean empty) {
    return new HeaderMatch(name, new Condition.Value(match), invert, empty);
  }

  @Test
  void pathsAreComparedWithoutTheQuery() {
    assertThat(matches(Config.match(new PathMatch.Exact("/a", true)), get("/a?b=/c"))).isTrue();
    assertThat(matches(Config.match(new PathMatch.Exact("/a", true)), get("/A"))).isFalse();
    assertThat(matches(Config.match(new PathMatch.Exact("/a", false)), get("/A"))).isTrue();
    assertThat(matches(Config.match(new PathMatch.Prefix("/a?", true)), get("/a?b"))).isFalse();
    assertThat(matches(Config.match(new PathMatch.SegmentPrefix("/a", true)), get("/ab")))
        .isFalse();
    assertThat(matches(Config.match(new PathMatch.SegmentPrefix("/a", true)), get("/a/b")))
        .isTrue();
    assertThat(matches(Config.match(new PathMatch.Regex("/a[0-9]+")), get("/a12?x"))).isTrue();
    assertThat(matches(Config.match(new PathMatch.Regex("/a")), get("/ab"))).isFalse();
    assertThat(matches(Config.match(new PathMatch.Template("/u/{id}/x")), get("/u/7/x"))).isTrue();
    assertThat(matches(Config.match(new PathMatch.Template("/u/{id}/x")), get("/u/7/8/x")))
        .isFalse();
  }

  @Test
  void headersFollowEnvoysRules() {
    StringMatch one = new StringMatch.Exact("1", false);
    assertThat(matches(header(value("x", one, false, false)), get("/", "x", "1"))).isTrue();
    assertThat(matches(header(value("x", one, false, false)), get("/"))).isFalse();
    assertThat(matches(header(value("x", one, true, false)), get("/", "x", "2"))).isTrue();
    assertThat(matches(header(value("x", one, true, false)), get("/"))).isFalse();
    assertThat(matches(header(value("x", one, true, true)), get("/"))).isTrue();
    assertThat(
            matches(
                header(value(":method", new StringMatch.Exact("GET", false), false, false)),
                get("/")))
        .isTrue();
    HeaderMatch range = new HeaderMatch("n", new Condition.Range(-5, 10), false, false);
    assertThat(matches(header(range), get("/", "n", "-5"))).isTrue();
    assertThat(matches(header(range), get("/", "n", "10"))).isFalse();
    assertThat(matches(header(range), get("/", "n", "x"))).isFalse();
    HeaderMatch absent = new HeaderMatch("n", new Condition.Present(false), false, false);
    assertThat(matches(header(absent), get("/"))).isTrue();
    assertThat(matches(header(absent), get("/", "n", ""))).isFalse();
  }

  @Test
  void queryParametersAreComparedByTheirFirstValue() {
    RouteMatch v2 =
        new RouteMatch(
            new PathMatch.Prefix("/", true),
            List.of(),
            List.of(new QueryMatch("v", new StringMatch.Exact("2", false))),
            RouteMatch.MILLION);
    assertThat(matches(v2, get("/?a=1&v=2"))).isTrue();
    assertThat(matches(v2, get("/?v=1&v=2"))).isFalse();
    assertThat(matches(v2, get("/?vv=2"))).isFalse();
    assertThat(matches(v2, get("/"))).isFalse();
  }

  @Test
  void bothStructuresAlwaysAgreeWithTryingOneRouteAfterTheOther() {
    Random random = new Random(11);
    for (int round = 0; round < 120; round++) {
      List<CompiledRoute> routes = new ArrayList<>();
      boolean few = round % 2 == 0;
      int count = few ? random.nextInt(FewRoutes.MOST + 1) : 25 + random.nextInt(200);
      for (int i = 0; i < count; i++) {
        routes.add(compiled("r" + i, randomMatch(random)));
      }
      RouteTable table = few ? new FewRoutes(routes) : new IndexedRoutes(routes);
      for (int i = 0; i < 300; i++) {
        FakeRequest request =
            get(randomPath(random) + (i % 3 == 0 ? "?q" : ""), "x", "" + random.nextInt(3));
        int end = RouteTable.pathEnd(request.path);
        CompiledRoute first =
            routes.stream()
                .filter(r -> r.matches(request.path, end, request, READER, RANDOM))
                .findFirst()
                .orElse(null);
        assertThat(table.find(request.path, request, READER, RANDOM))
            .as(request.path)
            .isSameAs(first);
      }
    }
  }

  private static String randomPath(Random random) {
    StringBuilder path = new StringBuilder();
    int segments = 1 + random.nextInt(3);
    for (int i = 0; i < segments; i++) {
      path.append('/').append("abAB12".charAt(random.nextInt(6)));
    }
    return path.toString();
  }

  private static RouteMatch randomMatch(Random random) {
    String path = randomPath(random);
    PathMatch match =
        switch (random.nextInt(5)) {
          case 0 -> new PathMatch.Exact(path, random.nextInt(4) > 0);
          case 1 -> new PathMatch.Prefix(path, random.nextInt(4) > 0);
          case 2 -> new PathMatch.SegmentPrefix(path, true);
          case 3 -> new PathMatch.Regex(path + "[0-9]*");
          default -> new PathMatch.Regex(".*" + path.charAt(1) + "/.*");
        };
    return random.nextBoolean()
        ? Config.match(match)
        : Config.match(
            match, value("x", new StringMatch.Exact("" + random.nextInt(3), false), false, false));
  }
}

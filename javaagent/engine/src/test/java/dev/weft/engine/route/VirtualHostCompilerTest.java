package dev.weft.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.tls.Identities;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.HeaderMutation;
import dev.weft.model.Route;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VirtualHostCompilerTest {
  private static Route route(String name, HeaderMutation headers) {
    return new Route(
        name,
        Config.prefix("/" + name),
        Config.forward("c", Duration.ofSeconds(1), null),
        headers,
        HeaderMutation.NONE,
        null);
  }

  private static VirtualHostCompiler compiler(Map<String, ClusterState> clusters) {
    HeaderMutation marked = new HeaderMutation(List.of("x-debug"), List.of());
    VirtualHost host =
        new VirtualHost(
            "h",
            List.of("h"),
            List.of(
                route("a", HeaderMutation.NONE),
                route("b", HeaderMutation.NONE),
                route("c", marked)),
            HeaderMutation.NONE,
            HeaderMutation.NONE);
    RouteConfiguration table =
        new RouteConfiguration("80", List.of(host), HeaderMutation.NONE, HeaderMutation.NONE, true);
    return new VirtualHostCompiler(table, host, clusters);
  }

  @Test
  void routesThatDoTheSameShareTheirActionAndOthersDoNot() {
    ClusterState state =
        new ClusterState(
            Config.plain("c"),
            new ClusterLoadAssignment("c", List.of(), 140),
            new FakeWorld().environment(),
            new Identities(),
            null);
    List<CompiledRoute> routes = compiler(Map.of("c", state)).compile().routes();
    assertThat(routes.get(0).action()).isSameAs(routes.get(1).action());
    assertThat(routes.get(2).action()).isNotSameAs(routes.get(0).action());
  }

  @Test
  void whatIsNotAppliedIsListedForEachRouteByName() {
    VirtualHostCompiler compiler = compiler(Map.of());
    compiler.compile();
    assertThat(compiler.notApplied())
        .extracting(n -> n.subject())
        .containsExactly(
            "Route a in RouteConfiguration 80",
            "Route b in RouteConfiguration 80",
            "Route c in RouteConfiguration 80");
  }
}

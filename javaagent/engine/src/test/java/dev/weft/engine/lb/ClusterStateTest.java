package dev.weft.engine.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.env.Resolver;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.tls.Identities;
import dev.weft.model.Cluster;
import dev.weft.model.Cluster.LoadBalancing;
import dev.weft.model.ClusterLoadAssignment;
import dev.weft.model.ClusterLoadAssignment.LocalityEndpoints;
import dev.weft.model.Endpoint;
import dev.weft.model.Endpoint.Health;
import dev.weft.model.Endpoint.Workload;
import dev.weft.model.Locality;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private final FakeWorld world = new FakeWorld();
  private EngineEnvironment env = world.environment();

  private static Endpoint endpoint(String address, int weight, Health health) {
    return new Endpoint(address, 80, weight, health, false, Workload.UNKNOWN);
  }

  private static Cluster cluster(LoadBalancing policy, int panic) {
    return new Cluster(
        "c",
        "c",
        policy,
        Duration.ZERO,
        Cluster.Limits.NONE,
        null,
        new Cluster.UpstreamTls.None(),
        false,
        false,
        Duration.ZERO,
        panic);
  }

  private ClusterState state(LoadBalancing policy, int panic, LocalityEndpoints... localities) {
    ClusterState state =
        new ClusterState(
            cluster(policy, panic),
            new ClusterLoadAssignment("c", List.of(localities), 140),
            env,
            new Identities(),
            null);
    state.start();
    return state;
  }

  private static LocalityEndpoints locality(int priority, int weight, Endpoint... endpoints) {
    return new LocalityEndpoints(Locality.UNKNOWN, priority, weight, List.of(endpoints));
  }

  private static Map<String, Integer> shares(ClusterState state, int picks) {
    Map<String, Integer> shares = new TreeMap<>();
    for (int i = 0; i < picks; i++) {
      shares.merge(state.pick().address().getHostString(), 1, Integer::sum);
    }
    return shares;
  }

  @Test
  void roundRobinHonoursWeightsExactlyOverARound() {
    ClusterState state =
        state(
            new LoadBalancing.RoundRobin(),
            0,
            locality(
                0,
                0,
                endpoint("10.0.0.1", 5, Health.HEALTHY),
                endpoint("10.0.0.2", 3, Health.HEALTHY),
                endpoint("10.0.0.3", 2, Health.HEALTHY)));
    assertThat(shares(state, 1000))
        .containsEntry("10.0.0.1", 500)
        .containsEntry("10.0.0.2", 300)
        .containsEntry("10.0.0.3", 200);
  }

  @Test
  void randomHonoursWeightsRoughly() {
    ClusterState state =
        state(
            new LoadBalancing.Random(),
            0,
            locality(
                0,
                0,
                endpoint("10.0.0.1", 3, Health.HEALTHY),
                endpoint("10.0.0.2", 1, Health.HEALTHY)));
    assertThat(shares(state, 10_000).get("10.0.0.2")).isBetween(2_300, 2_700);
  }

  @Test
  void leastRequestAvoidsTheBusyEndpoint() {
    ClusterState state =
        state(
            new LoadBalancing.LeastRequest(2, 1),
            0,
            locality(
                0,
                0,
                endpoint("10.0.0.1", 1, Health.HEALTHY),
                endpoint("10.0.0.2", 1, Health.HEALTHY)));
    state.all().get(0).begin();
    // Only when chance draws the busy one twice.
    assertThat(shares(state, 10_000).get("10.0.0.1")).isBetween(2_300, 2_700);
  }

  @Test
  void aLowerPriorityTakesOverWhatTheHigherCannotCarry() {
    ClusterState state =
        state(
            new LoadBalancing.RoundRobin(),
            0,
            locality(
                0,
                0,
                endpoint("10.0.0.1", 1, Health.HEALTHY),
                endpoint("10.0.0.2", 1, Health.UNHEALTHY)),
            locality(1, 0, endpoint("10.0.1.1", 1, Health.HEALTHY)));
    Map<String, Integer> shares = shares(state, 10_000);
    assertThat(shares).doesNotContainKey("10.0.0.2");
    assertThat(shares.get("10.0.1.1")).isBetween(2_800, 3_200);
  }

  @Test
  void unhealthyEndpointsAreUsedInPanicOnly() {
    LocalityEndpoints sick =
        locality(
            0,
            0,
            endpoint("10.0.0.1", 1, Health.UNHEALTHY),
            endpoint("10.0.0.2", 1, Health.UNHEALTHY));
    assertThat(state(new LoadBalancing.RoundRobin(), 0, sick).pick()).isNull();
    assertThat(shares(state(new LoadBalancing.RoundRobin(), 50, sick), 10)).hasSize(2);
  }

  @Test
  void localitiesGetTheirWeights() {
    ClusterState state =
        state(
            new LoadBalancing.RoundRobin(),
            0,
            locality(0, 80, endpoint("10.0.0.1", 1, Health.HEALTHY)),
            locality(
                0,
                20,
                endpoint("10.0.1.1", 1, Health.HEALTHY),
                endpoint("10.0.1.2", 1, Health.HEALTHY)));
    assertThat(shares(state, 10_000).get("10.0.0.1")).isBetween(7_800, 8_200);
  }

  @Test
  void anotherEndpointThanThoseTriedIsFoundWheneverThereIsOne() {
    ClusterState state =
        state(
            new LoadBalancing.Random(),
            0,
            locality(
                0,
                0,
                endpoint("10.0.0.1", 1000, Health.HEALTHY),
                endpoint("10.0.0.2", 1, Health.HEALTHY)));
    Host heavy = state.all().get(0);
    for (int i = 0; i < 200; i++) {
      assertThat(state.pickOther(new Host[] {heavy}, 1)).isNotSameAs(heavy);
    }
  }

  @Test
  void namesAreResolvedOutsideTheHotPathAndFollowedWhenTheyChange() throws Exception {
    List<Resolver.Answers> asked = new ArrayList<>();
    env =
        env.with(
            (Resolver)
                (host, answers) -> {
                  asked.add(answers);
                  return () -> {};
                });
    ClusterState state =
        state(new LoadBalancing.RoundRobin(), 0, locality(0, 0, endpoint("db", 1, Health.HEALTHY)));
    assertThat(state.unresolved()).isNotNull();
    assertThat(state.pick()).isNull();
    asked.get(0).resolved(List.of(InetAddress.getByName("10.9.9.9")));
    assertThat(state.unresolved()).isNull();
    Host before = state.pick();
    assertThat(before.address().getAddress().getHostAddress()).isEqualTo("10.9.9.9");
    asked.get(0).failed(new Exception("away"));
    assertThat(state.pick()).isSameAs(before);
    asked.get(0).resolved(List.of(InetAddress.getByName("10.9.9.8")));
    assertThat(state.pick().address().getAddress().getHostAddress()).isEqualTo("10.9.9.8");
  }

  @Test
  void endpointsThatStayKeepTheirStateOverANewConfiguration() {
    LoadBalancing policy = new LoadBalancing.RoundRobin();
    ClusterState before = state(policy, 0, locality(0, 0, endpoint("10.0.0.1", 1, Health.HEALTHY)));
    Host host = before.pick();
    host.begin();
    host.target().handle("metrics");
    ClusterState after =
        new ClusterState(
            cluster(policy, 0),
            new ClusterLoadAssignment(
                "c",
                List.of(
                    locality(
                        0,
                        0,
                        endpoint("10.0.0.1", 2, Health.HEALTHY),
                        endpoint("10.0.0.2", 1, Health.HEALTHY))),
                140),
            env,
            new Identities(),
            before);
    assertThat(after.all()).hasSize(2).contains(host);
    assertThat(host.active()).isEqualTo(1);
    assertThat(host.target().handle()).isEqualTo("metrics");
    assertThat(host.cluster()).isSameAs(after);
  }

  @Test
  void anAddressIsNeverLookedUpInReverse() {
    assertThat(Addresses.literal("10.1.2.3").getHostName()).isEqualTo("10.1.2.3");
    assertThat(Addresses.isLiteral("fe80::1")).isTrue();
    assertThat(Addresses.isLiteral("a.b")).isFalse();
    assertThat(Config.endpoint("10.0.0.1:80").port()).isEqualTo(80);
  }
}

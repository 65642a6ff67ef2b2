package dev.weft.engine.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.TcpCall;
import dev.weft.engine.Engine;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.lb.Host;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.OutboundListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpCallTest {
  private static final String DB = "outbound|5432||db.shop.svc.cluster.local";
  private static final IOException REFUSED = new IOException("refused");
  private final FakeWorld world = new FakeWorld();
  private final Engine engine = world.engine();

  private Config config(boolean primary) {
    return new Config()
        .cluster(
            Config.cluster(DB, Limits.NONE, null, new UpstreamTls.None(), primary),
            List.of(Config.endpoint("10.0.0.1:5432"), Config.endpoint("10.0.0.2:5432")));
  }

  @Test
  void aNameGoesByTheNameTableToItsListenerElseToItsCluster() {
    Config config =
        config(false)
            .name("orders-db", "240.240.0.3")
            .listener(
                new OutboundListener(
                    "240.240.0.3_6432",
                    "240.240.0.3",
                    6432,
                    new OutboundListener.Target.Tcp(List.of(Config.weighted(DB, 1)))));
    engine.swap(config.snapshot());
    assertThat(engine.tcp("orders-db", 6432)).isNotNull();
    assertThat(engine.tcp("240.240.0.3", 6432)).isNotNull();
    assertThat(engine.tcp("db.shop.svc.cluster.local", 5432)).isNotNull();
    assertThat(engine.tcp("db.shop", 5432)).isNotNull();
    assertThat(engine.tcp("db", 5432)).isNull();
    assertThat(engine.tcp("elsewhere", 6432)).isNull();
  }

  @Test
  void aBareNameStandsForItsHost() {
    engine.swap(config(false).name("db", "db.shop.svc.cluster.local").snapshot());
    assertThat(engine.tcp("db", 5432)).isNotNull();
    assertThat(engine.tcp("DB", 5432)).isNotNull();
    assertThat(engine.tcp("db", 5433)).isNull();
  }

  @Test
  void aListenerOnAnyAddressGovernsOnlyTheServiceThatItSendsTo() {
    Config config =
        config(false)
            .name("db", "db.shop.svc.cluster.local")
            .name("cache", "cache.shop.svc.cluster.local")
            .listener(
                new OutboundListener(
                    "0.0.0.0_6432",
                    "0.0.0.0",
                    6432,
                    new OutboundListener.Target.Tcp(List.of(Config.weighted(DB, 1)))));
    engine.swap(config.snapshot());
    assertThat(engine.tcp("db", 6432)).isNotNull();
    assertThat(engine.tcp("db.shop.svc", 6432)).isNotNull();
    assertThat(engine.tcp("cache", 6432)).isNull();
    assertThat(engine.tcp("elsewhere", 6432)).isNull();
  }

  @Test
  void eachEndpointIsTriedOnceAndThenTheLibrarysFailureStands() {
    engine.swap(config(false).snapshot());
    TcpCall call = engine.tcp("db.shop", 5432).begin();
    assertThat(call.next()).isTrue();
    var first = call.address();
    call.failed(REFUSED);
    assertThat(call.next()).isTrue();
    assertThat(call.address()).isNotEqualTo(first);
    assertThat(call.connectTimeoutNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
    call.failed(REFUSED);
    assertThat(call.next()).isFalse();
    assertThat(world.tcp).containsExactly("closed 2 UF");
  }

  @Test
  void aClusterThatNeedsAPrimaryIsTriedRoundAfterRoundForHalfAMinute() {
    engine.swap(config(true).snapshot());
    TcpCall call = engine.tcp("db.shop", 5432).begin();
    int rounds = 0;
    long start = world.now();
    while (call.next()) {
      assertThat(call.requiresPrimary()).isTrue();
      rounds += call.waitNanos() > 0 ? 1 : 0;
      assertThat(call.waitNanos()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
      world.advance(Duration.ofNanos(call.waitNanos()));
      call.failed(REFUSED);
    }
    assertThat(world.now() - start)
        .isBetween(Duration.ofSeconds(28).toNanos(), Duration.ofSeconds(30).toNanos());
    assertThat(rounds).isGreaterThan(20);
  }

  @Test
  void theKnownPrimaryIsTriedFirstUntilItFails() {
    engine.swap(config(true).snapshot());
    TcpCall found = engine.tcp("db.shop", 5432).begin();
    found.next();
    found.failed(REFUSED);
    found.next();
    var primary = found.address();
    found.connected();
    for (int i = 0; i < 5; i++) {
      TcpCall call = engine.tcp("db.shop", 5432).begin();
      call.next();
      assertThat(call.address()).isEqualTo(primary);
    }
    TcpCall call = engine.tcp("db.shop", 5432).begin();
    call.next();
    call.failed(REFUSED);
    call.next();
    assertThat(call.address()).isNotEqualTo(primary);
    found.closed();
    found.closed();
    assertThat(engine.clusters())
        .allSatisfy(c -> assertThat(c.all()).extracting(Host::active).containsOnly(0));
  }
}

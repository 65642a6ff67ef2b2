package dev.weft.control.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
  @TempDir Path data;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
  private final AtomicInteger changes = new AtomicInteger();

  private Registry open() {
    return new Registry(
        Duration.ofSeconds(10),
        nanos::get,
        new RegistryFile(data.resolve("instances.json"), Runnable::run),
        changes::incrementAndGet);
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static Announce announce(String id, String protocol, boolean tls) {
    return Announce.newBuilder()
        .setInstanceId(id)
        .setService("catalog")
        .setNamespace("default")
        .setServiceAccount("catalog")
        .setAddress("127.0.0.1")
        .addPorts(
            Port.newBuilder()
                .setPort(80)
                .setTargetPort(8080)
                .setProtocol(protocol)
                .setTlsReady(tls))
        .build();
  }

  @Test
  void anInstanceEndsWithItsLeaseAlsoWhenTheClockWrapsAround() {
    Registry registry = open();
    registry.announce(announce("a", "http", false));
    pass(9);
    registry.expire();
    assertThat(registry.heartbeat("a", Health.HEALTHY, null)).isTrue();
    pass(9);
    registry.expire();
    assertThat(registry.instances()).hasSize(1);
    pass(1);
    registry.expire();
    assertThat(registry.instances()).isEmpty();
    assertThat(registry.heartbeat("a", Health.HEALTHY, null)).isFalse();
  }

  @Test
  void nothingExpiresUntilOneLeaseAfterARestart() {
    Registry first = open();
    first.announce(announce("a", "http", true));
    pass(9);
    Registry second = open();
    pass(9);
    second.expire();
    assertThat(second.instances())
        .singleElement()
        .satisfies(i -> assertThat(i.tlsPorts()).containsExactly(8080));
    pass(1);
    second.expire();
    assertThat(second.instances()).isEmpty();
    assertThat(second.services()).extracting(KnownService::key).containsExactly("default/catalog");
  }

  @Test
  void aPortThatTookMtlsIsNotDowngraded() {
    Registry registry = open();
    registry.announce(announce("a", "http", true));
    registry.announce(announce("a", "http", false));
    assertThat(registry.instances().get(0).tlsPorts()).isEqualTo(Set.of(8080));
  }

  @Test
  void aRestartedJvmTakesItsPortsOverBeforeTheOldLeaseEnds() {
    Registry registry = open();
    registry.announce(announce("a", "http", false));
    registry.disconnected("a");
    assertThat(registry.announce(announce("b", "http", false))).isEmpty();
    assertThat(registry.instances())
        .extracting(Instance::id, Instance::lostPorts)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", Set.of(8080)),
            org.assertj.core.groups.Tuple.tuple("b", Set.of()));
  }

  @Test
  void twoLivingJvmsAtOneAddressAreReportedToBoth() {
    Registry registry = open();
    registry.announce(announce("a", "http", false));
    assertThat(registry.announce(announce("b", "http", false)))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("Both are connected");
    assertThat(registry.announce(announce("a", "http", false)))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("WEFT_ADDRESS");
  }

  @Test
  void anotherProtocolOnAKnownPortIsReportedAndTheFirstStays() {
    Registry registry = open();
    registry.announce(announce("a", "http", false));
    List<String> findings = registry.announce(announce("a", "grpc", false));
    assertThat(findings).singleElement().asString().contains("is http since its first instance");
    assertThat(registry.services().get(0).ports().get(80).protocol()).isEqualTo("http");
  }

  @Test
  void aHeartbeatThatChangesNothingCompilesNothing() {
    Registry registry = open();
    registry.announce(announce("a", "http", false));
    int before = changes.get();
    registry.heartbeat("a", Health.HEALTHY, null);
    registry.announce(announce("a", "http", false));
    assertThat(changes).hasValue(before);
    registry.heartbeat("a", Health.DRAINING, null);
    assertThat(changes).hasValue(before + 1);
  }
}

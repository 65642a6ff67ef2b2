package dev.weft.client.ads;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.client.disk.SnapshotFile;
import dev.weft.client.replay.Xds;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.MeshSnapshot;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names of TCP services, from resources to what the engine finds. */
class TcpNamesTest {
  private static final String DB = "outbound|5432||db.shop.svc.cluster.local";

  private static MeshSnapshot snapshot(List<Message> listeners, String... clusters) {
    return OfflineSnapshot.of(
        Map.of(
            ResourceType.LISTENER,
            listeners.stream().map(Any::pack).toList(),
            ResourceType.CLUSTER,
            Stream.of(clusters).map(c -> Any.pack(Xds.cluster(c))).toList(),
            ResourceType.ENDPOINT,
            Stream.of(clusters).map(c -> Any.pack(Xds.endpoints(c, 1000))).toList()),
        "shop");
  }

  private static Engine engine(MeshSnapshot snapshot) throws Exception {
    Engine engine =
        Engine.create(
            EngineEnvironment.system((task, nanos) -> () -> {}, Recorder.NONE, Tracing.NONE));
    // By way of the disk, as at the start of the next process.
    engine.swap(SnapshotFile.decode(SnapshotFile.encode(snapshot)));
    return engine;
  }

  @Test
  void aServiceOfOurNamespaceIsFoundByItsBareNameAndOthersAreNot() throws Exception {
    MeshSnapshot snapshot =
        snapshot(
            List.of(Xds.tcpListener("0.0.0.0", 5432, DB)),
            DB,
            "outbound|6379||cache.stock.svc.cluster.local");
    Engine engine = engine(snapshot);
    for (String name : List.of("db", "DB", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local")) {
      assertThat(engine.tcp(name, 5432)).as(name).isNotNull();
      assertThat(engine.tcp(name, 5433)).as(name).isNull();
    }
    assertThat(engine.tcp("cache.stock", 6379)).isNotNull();
    assertThat(engine.tcp("cache", 6379)).isNull();
    assertThat(engine.tcp("db.shop.svc.elsewhere", 5432)).isNull();
    assertThat(snapshot.names()).containsOnlyKeys("db");
  }

  @Test
  void aVirtualAddressGoesWithTheNamesOfItsService() throws Exception {
    MeshSnapshot snapshot = snapshot(List.of(Xds.tcpListener("240.240.0.3", 5432, DB)), DB);
    assertThat(snapshot.names())
        .isEqualTo(
            Map.of(
                "db.shop.svc.cluster.local",
                List.of("240.240.0.3"),
                "db",
                List.of("240.240.0.3", "db.shop.svc.cluster.local")));
    assertThat(engine(snapshot).tcp("db", 5432)).isNotNull();
    assertThat(engine(snapshot).tcp("240.240.0.3", 5432)).isNotNull();
  }

  @Test
  void aServiceThatIsCalledSoKeepsItsName() throws Exception {
    String external = "outbound|5432||db";
    MeshSnapshot snapshot = snapshot(List.of(), DB, external);
    assertThat(snapshot.names()).isEmpty();
    assertThat(engine(snapshot).tcp("db", 5432)).isNotNull();
  }

  @Test
  void theCountOfAttemptsIsAppliedAndNoLongerListed() {
    String cluster = "outbound|80||web.shop.svc.cluster.local";
    VirtualHost host =
        Xds.host("web", cluster).toBuilder().setIncludeRequestAttemptCount(true).build();
    RouteConfiguration table = Xds.table("80", host, Xds.host("other", cluster));
    MeshSnapshot snapshot =
        OfflineSnapshot.of(
            Map.of(
                ResourceType.LISTENER, List.of(Any.pack(Xds.listener(80))),
                ResourceType.ROUTE, List.of(Any.pack(table)),
                ResourceType.CLUSTER, List.of(Any.pack(Xds.cluster(cluster))),
                ResourceType.ENDPOINT, List.of(Any.pack(Xds.endpoints(cluster, 1000)))));
    assertThat(snapshot.routes().get("80").virtualHosts())
        .extracting(h -> h.name() + " " + h.includeAttemptCount())
        .containsExactly("web true", "other false");
    assertThat(snapshot.notApplied()).isEmpty();
  }
}

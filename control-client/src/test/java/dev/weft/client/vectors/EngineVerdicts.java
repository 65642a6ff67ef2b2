package dev.weft.client.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.explain.RequestDescription;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.model.Cluster;
import dev.weft.model.MeshSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Holds facts against what the real engine does with the snapshot. */
final class EngineVerdicts {
  private final MeshSnapshot snapshot;
  private final Engine engine =
      Engine.create(
          EngineEnvironment.system((task, nanos) -> () -> {}, Recorder.NONE, Tracing.NONE));

  EngineVerdicts(MeshSnapshot snapshot) {
    this.snapshot = snapshot;
    engine.swap(snapshot);
  }

  void check(String kind, JsonObject given, JsonObject expect) {
    if (kind.equals("outbound-tcp")) {
      tcp(given, expect);
    } else {
      http(given, expect);
    }
  }

  private void http(JsonObject given, JsonObject expect) {
    String host = given.get("host").getAsString();
    int colon = host.lastIndexOf(':');
    Map<String, String> headers = new HashMap<>();
    given
        .getAsJsonObject("headers")
        .entrySet()
        .forEach(h -> headers.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue().getAsString()));
    Explanation said =
        engine.explain(
            new RequestDescription(
                colon < 0 ? host : host.substring(0, colon),
                given.get("port").getAsInt(),
                given.get("method").getAsString(),
                given.get("path").getAsString(),
                headers));
    if (expect.has("clusters") && named(expect).equals(List.of("PassthroughCluster 100"))) {
      assertThat(said.governed()).isFalse();
      return;
    }
    // The engine leaves the port out of the name.
    assertThat(said.virtualHost() + ":" + given.get("port").getAsInt())
        .isEqualTo(expect.get("virtualHost").getAsString());
    assertThat(said.route()).startsWith(expect.get("route").getAsString() + " ");
    if (expect.has("redirect")) {
      assertThat(said.action())
          .contains(expect.getAsJsonObject("redirect").get("status").getAsString());
      return;
    }
    List<String> shares = new ArrayList<>();
    for (Explanation.ClusterShare share : said.clusters()) {
      assertThat(share.known()).isTrue();
      shares.add(share.cluster() + " " + share.weight());
      Cluster.UpstreamTls tls = snapshot.clusters().get(share.cluster()).tls();
      // Every endpoint of the dumps that is in the mesh carries tlsMode istio.
      assertThat(share.candidates())
          .isNotEmpty()
          .allMatch(c -> c.mutualTls() != (tls instanceof Cluster.UpstreamTls.None));
    }
    assertThat(shares).isEqualTo(named(expect));
  }

  private static List<String> named(JsonObject expect) {
    List<String> named = new ArrayList<>();
    for (JsonElement c : expect.getAsJsonArray("clusters")) {
      JsonObject cluster = c.getAsJsonObject();
      named.add(cluster.get("name").getAsString() + " " + cluster.get("weight").getAsInt());
    }
    return named;
  }

  /** Our own: a cluster of the mesh; passthrough and the sidecar's own ports: not ours. */
  private void tcp(JsonObject given, JsonObject expect) {
    String destination = given.get("destination").getAsString();
    int colon = destination.lastIndexOf(':');
    var found =
        engine.tcp(
            destination.substring(0, colon), Integer.parseInt(destination.substring(colon + 1)));
    boolean ours = expect.get("cluster").getAsString().startsWith("outbound|");
    assertThat(found != null).isEqualTo(ours);
  }
}

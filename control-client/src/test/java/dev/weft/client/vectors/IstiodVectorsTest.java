package dev.weft.client.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.weft.client.ControlClient;
import dev.weft.client.ControlClientConfig;
import dev.weft.client.NodeFacts;
import dev.weft.client.disk.SnapshotFile;
import dev.weft.client.replay.RecordingListener;
import dev.weft.client.replay.ReplayServer;
import dev.weft.model.MeshSnapshot;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays every dump of a real istiod over real sockets and holds each fact of expectations.json
 * against what the client makes of it. A fact, or a part of one, that cannot hold yet is named in
 * istiod-not-yet.txt with the issue that brings it; one that holds and is still named fails.
 */
@Tag("istiod-vectors")
class IstiodVectorsTest {
  private static final Vectors VECTORS = Vectors.open();
  private static final Function<String, Derived> DERIVED =
      Vectors.once(
          scenario -> {
            try {
              return play(scenario);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });

  @TestFactory
  Collection<DynamicTest> everyFactHoldsOrIsListed() throws IOException {
    List<NotYet> rules = NotYet.read();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement e : VECTORS.facts()) {
      JsonObject fact = e.getAsJsonObject();
      String id = fact.get("id").getAsString();
      tests.add(
          DynamicTest.dynamicTest(
              id,
              () -> {
                Map<String, String> wrong = mismatches(fact);
                wrong.keySet().removeIf(path -> rules.stream().anyMatch(r -> r.covers(id, path)));
                assertThat(wrong)
                    .as("parts of %s that do not hold and are not listed", id)
                    .isEmpty();
              }));
    }
    return tests;
  }

  /** The facts above are read off the model by plain code of the test; here the engine decides. */
  @TestFactory
  Collection<DynamicTest> theEngineDecidesAsTheFactsSay() throws IOException {
    EngineVerdicts engine = new EngineVerdicts(DERIVED.apply("sidecar-web").snapshot());
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement e : VECTORS.facts()) {
      JsonObject fact = e.getAsJsonObject();
      String kind = fact.get("kind").getAsString();
      if (fact.get("scenario").getAsString().equals("sidecar-web")
          && (kind.equals("outbound-http") || kind.equals("outbound-tcp"))) {
        tests.add(
            DynamicTest.dynamicTest(
                fact.get("id").getAsString(),
                () ->
                    engine.check(
                        kind, fact.getAsJsonObject("given"), fact.getAsJsonObject("expect"))));
      }
    }
    assertThat(tests).hasSize(34);
    return tests;
  }

  @Test
  void whatIsListedDoesNotHoldYet() throws IOException {
    List<NotYet> rules = new ArrayList<>(NotYet.read());
    assertThat(rules).allMatch(r -> r.issue().matches("[4-9]|1[0-9]|never"));
    for (JsonElement e : VECTORS.facts()) {
      JsonObject fact = e.getAsJsonObject();
      String id = fact.get("id").getAsString();
      Set<String> wrong = mismatches(fact).keySet();
      rules.removeIf(r -> wrong.stream().anyMatch(path -> r.covers(id, path)));
    }
    assertThat(rules).as("these hold now or name no fact: remove them from the list").isEmpty();
  }

  @Test
  void theFactsAreAllThere() throws IOException {
    Set<String> ids = new HashSet<>();
    VECTORS.facts().forEach(f -> ids.add(f.getAsJsonObject().get("id").getAsString()));
    assertThat(ids).hasSize(119).hasSize(VECTORS.facts().size());
  }

  private static Map<String, String> mismatches(JsonObject fact) {
    Derived derived = DERIVED.apply(fact.get("scenario").getAsString());
    Map<String, JsonElement> expected = new LinkedHashMap<>();
    flatten("", fact.get("expect"), expected);
    Map<String, JsonElement> actual = new LinkedHashMap<>();
    JsonObject given = fact.getAsJsonObject("given");
    flatten("", derived.fact(fact.get("kind").getAsString(), given), actual);
    actual.values().removeIf(JsonElement::isJsonNull);
    Map<String, String> wrong = new TreeMap<>();
    expected.forEach(
        (path, value) -> {
          JsonElement got = actual.get(path);
          boolean same =
              value.isJsonNull()
                  // Nothing expected: nothing at this place or below it.
                  ? actual.keySet().stream()
                      .noneMatch(p -> p.equals(path) || p.startsWith(path + "."))
                  : got != null && text(value).equals(text(got));
          // "doubtful" is a remark about the fact.
          if (!same && !path.equals("doubtful")) {
            wrong.put(path, "expected " + value + ", got " + got);
          }
        });
    return wrong;
  }

  private static String text(JsonElement e) {
    return e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber()
        ? String.valueOf(e.getAsDouble())
        : e.getAsString();
  }

  /** Leaves by path. Lists of plain values are sets: their order says nothing in these facts. */
  private static void flatten(String path, JsonElement e, Map<String, JsonElement> into) {
    if (e.isJsonObject()) {
      e.getAsJsonObject()
          .entrySet()
          .forEach(
              x ->
                  flatten(
                      path.isEmpty() ? x.getKey() : path + "." + x.getKey(), x.getValue(), into));
    } else if (e.isJsonArray()) {
      JsonArray array = e.getAsJsonArray();
      boolean objects = !array.isEmpty() && array.get(0).isJsonObject();
      if (objects) {
        for (int i = 0; i < array.size(); i++) {
          flatten(path + "[" + i + "]", array.get(i), into);
        }
        into.put(path + ".count", new com.google.gson.JsonPrimitive(array.size()));
      } else if (!array.isEmpty()) {
        Set<String> values = new TreeSet<>();
        array.forEach(v -> values.add(v.getAsString()));
        into.put(path, new com.google.gson.JsonPrimitive(values.toString()));
      } else {
        into.put(path, new com.google.gson.JsonPrimitive("[]"));
      }
    } else {
      into.put(path, e);
    }
  }

  private static Derived play(String scenario) throws IOException {
    JsonObject node = VECTORS.node(scenario);
    JsonObject metadata = node.getAsJsonObject("metadata");
    String id = node.get("id").getAsString();
    String[] parts = id.split("~");
    String namespace = metadata.get("NAMESPACE").getAsString();
    NodeFacts facts =
        NodeFacts.of(
            parts[2].substring(0, parts[2].indexOf('.')),
            "",
            namespace,
            metadata.get("SERVICE_ACCOUNT").getAsString(),
            parts[1]);
    RecordingListener heard = new RecordingListener();
    try (ReplayServer server = new ReplayServer()) {
      Map<String, String> files =
          Map.of(
              ReplayServer.CDS, "cds",
              ReplayServer.EDS, "eds",
              ReplayServer.LDS, "lds",
              ReplayServer.RDS, "rds");
      for (Map.Entry<String, String> f : files.entrySet()) {
        server.play(f.getKey(), VECTORS.resources(scenario, f.getValue()));
      }
      server.registerOffered = false;
      try (ControlClient client =
          ControlClient.start(
              ControlClientConfig.builder("127.0.0.1", server.port(), facts)
                  .certificates(false)
                  .warmingGrace(Duration.ofMillis(300))
                  .build(),
              heard)) {
        await("snapshot of " + scenario)
            .until(() -> heard.last() != MeshSnapshot.EMPTY && settled(heard.last()));
        assertThat(server.requests.get(0).getNode().getId()).isEqualTo(id);
        assertThat(server.requests)
            .as("real istiod resources are not refused")
            .noneMatch(DiscoveryRequest::hasErrorDetail);
        MeshSnapshot last = heard.last();
        assertThat(SnapshotFile.decode(SnapshotFile.encode(last))).isEqualTo(last);
        Set<String> asked = new HashSet<>();
        server.requests(ReplayServer.EDS).forEach(r -> asked.addAll(r.getResourceNamesList()));
        assertThat(client.status().connected()).isTrue();
        return new Derived(last, asked);
      } catch (dev.weft.client.disk.MalformedSnapshotException e) {
        throw new IOException(e);
      }
    }
  }

  private static boolean settled(MeshSnapshot s) {
    return (!s.listeners().isEmpty() || !s.inbound().isEmpty())
        && s.notApplied().stream()
            .noneMatch(
                n ->
                    n.reason().contains("have not come")
                        || n.reason().contains("has not come")
                        || n.reason().contains("It goes live as soon"));
  }
}

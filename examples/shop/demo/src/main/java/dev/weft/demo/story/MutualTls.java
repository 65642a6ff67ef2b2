package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.mesh.Instance;
import dev.weft.demo.mesh.ServerMetrics;
import dev.weft.demo.process.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Customers shop; every service tells who asked it, and by what kind of connection. */
final class MutualTls {
  private static final Map<String, List<String>> CALLERS =
      Map.of(
          "storefront", List.of("shopper"),
          "catalog", List.of("storefront", "recommendations", "shopper"),
          "recommendations", List.of("storefront"),
          "orders", List.of("storefront", "shopper"),
          "payments", List.of("storefront"));

  private MutualTls() {}

  /** Waits until every service is reached by mTLS. */
  static void warm(Stage stage) {
    Wait.until(
        "every service is reached by mTLS",
        Duration.ofSeconds(40),
        () -> {
          Map<Instance, ServerMetrics> before = scrape(stage);
          LoadResult page = stage.shopper().run(page("warm page", 10));
          LoadResult bought = stage.shopper().run(checkout("warm checkout", 10));
          Counted counted = count(before, scrape(stage));
          return page.failed() == 0
              && bought.failed() == 0
              && counted.all > 0
              && counted.all == counted.expected
              && counted.services == CALLERS.size();
        });
  }

  static void play(Stage stage) throws IOException {
    stage.narrator().step("Who talks to whom: what the receiving side has seen of its callers");
    Map<Instance, ServerMetrics> before = scrape(stage);
    var pages = stage.shopper().start(page("pages", 300));
    LoadResult bought = stage.shopper().run(checkout("checkouts", 200));
    LoadResult seen = pages.await();
    Effect.noFailures(stage, seen);
    Effect.noFailures(stage, bought);
    // A call is counted when its response has ended, a moment after the customer has it.
    Wait.seconds(0.3);
    Counted counted = count(before, scrape(stage));
    stage
        .narrator()
        .say(
            "%d requests at %d services, %d of them by mTLS from an expected identity",
            counted.all, counted.services, counted.expected);
    stage
        .report()
        .between(
            "mtls_share",
            "Share of " + counted.all + " received requests with mTLS and the expected SPIFFE ID",
            (double) counted.expected / counted.all,
            1,
            1);
    stage.report().atLeast("services", "Services that were asked", counted.services, 5);
  }

  private static LoadSpec page(String name, int calls) {
    return LoadSpec.get(name, "http://storefront/products/{p}", 100, calls);
  }

  private static LoadSpec checkout(String name, int calls) {
    return LoadSpec.put(
        name,
        "http://storefront/checkout/" + name.replace(' ', '-') + "-" + System.nanoTime() + "-{n}",
        "{\"product\":{p},\"pieces\":1,\"cents\":1990,\"card\":\"4111-1111\",\"deliverTo\":\"Ada\"}",
        70,
        calls);
  }

  private static Map<Instance, ServerMetrics> scrape(Stage stage) throws IOException {
    Map<Instance, ServerMetrics> scraped = new LinkedHashMap<>();
    for (Instance instance : stage.cast().all()) {
      scraped.put(instance, instance.metrics());
    }
    return scraped;
  }

  private record Counted(long all, long expected, long services) {}

  private static Counted count(
      Map<Instance, ServerMetrics> before, Map<Instance, ServerMetrics> after) {
    long all = 0;
    long expected = 0;
    java.util.Set<String> services = new java.util.TreeSet<>();
    for (Map.Entry<Instance, ServerMetrics> entry : after.entrySet()) {
      String service = entry.getKey().service();
      ServerMetrics window =
          entry.getValue().since(before.getOrDefault(entry.getKey(), ServerMetrics.NONE));
      all += window.total();
      if (window.total() > 0) {
        services.add(service);
      }
      for (Map.Entry<ServerMetrics.Peer, Long> asked : window.requests().entrySet()) {
        if (asked.getKey().mutualTls()
            && CALLERS.getOrDefault(service, List.of()).stream()
                .anyMatch(
                    caller ->
                        asked
                            .getKey()
                            .principal()
                            .equals("spiffe://cluster.local/ns/default/sa/" + caller))) {
          expected += asked.getValue();
        }
      }
    }
    return new Counted(all, expected, services.size());
  }
}

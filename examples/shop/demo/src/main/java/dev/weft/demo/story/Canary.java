package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;

/** A tenth of the customers see the new catalog, and every tester does. */
final class Canary {
  private static final int CALLS = 2_400;

  private Canary() {}

  static void play(Stage stage) {
    stage.narrator().step("Canary: 10 % of the calls to catalog v2, and all of the testers'");
    stage.control().apply("catalog-canary.yaml");
    Effect.await(
        stage, "testers see v2", tester("canary in force", 10), r -> r.versionShare("v2") == 1);

    var testers = stage.shopper().start(tester("testers", 300));
    LoadResult all =
        stage.shopper().run(LoadSpec.get("canary", "http://catalog/products/{p}", 400, CALLS));
    LoadResult tested = testers.await();
    stage
        .narrator()
        .say("%d calls: %s; testers: %s", all.calls(), all.versions(), tested.versions());
    Effect.noFailures(stage, all);
    Effect.noFailures(stage, tested);
    stage
        .report()
        .between(
            "canary_share_v2",
            "Share of " + all.calls() + " calls that v2 answered (weights 90/10)",
            all.calls() >= 2_000 ? all.versionShare("v2") : -1,
            0.08,
            0.12);
    stage
        .report()
        .between(
            "header_route_share",
            "Share of " + tested.calls() + " calls with the testers' header that v2 answered",
            tested.versionShare("v2"),
            1,
            1);
  }

  private static LoadSpec tester(String name, int calls) {
    return LoadSpec.get(name, "http://catalog/products/{p}", 100, calls).with("x-tester", "yes");
  }
}

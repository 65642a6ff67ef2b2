package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;

/**
 * A fifth of the storefront's calls to the catalog fails by injection. Without retries customers
 * see it; with retries at the storefront they do not.
 */
final class Faults {
  private static final int CALLS = 1_500;

  private Faults() {}

  static void play(Stage stage) {
    stage.narrator().step("Chaos: one in five calls from the storefront to the catalog fails");
    stage.control().apply("storefront-plain.yaml");
    stage.control().apply("catalog-fault.yaml");
    Effect.await(stage, "pages fail", page("fault in force", 20), r -> r.failed() > 0);
    LoadResult bare = stage.shopper().run(page("fault", CALLS));
    stage.narrator().say("without retries: %d of %d pages failed", bare.failed(), bare.calls());

    stage.control().apply("storefront-retries.yaml");
    Effect.await(stage, "no page fails", page("retries in force", 40), r -> r.failed() == 0);
    LoadResult retried = stage.shopper().run(page("fault with retries", CALLS));
    stage
        .narrator()
        .say("same fault, with retries: %d of %d failed", retried.failed(), retried.calls());
    Effect.noFailures(stage, retried);
    stage
        .report()
        .between(
            "fault_abort_share",
            "Share of " + bare.calls() + " pages that failed by injected faults, no retry (0.2)",
            bare.failedShare(),
            0.17,
            0.23);
    stage
        .report()
        .between(
            "failed_calls_with_retry",
            "Pages of " + retried.calls() + " that failed by the same faults, with retries",
            retried.calls() >= 1_000 ? retried.failed() : -1,
            0,
            0);
  }

  private static LoadSpec page(String name, int calls) {
    return LoadSpec.get(name, "http://storefront/", 300, calls);
  }
}

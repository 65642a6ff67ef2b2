package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.process.Wait;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Tells from traffic that a change has arrived: nothing in the report trusts configuration. */
final class Effect {
  private static final AtomicInteger PROBES = new AtomicInteger();

  private Effect() {}

  /** Sends small probes until one shows the change. */
  static void await(Stage stage, String what, LoadSpec probe, Predicate<LoadResult> arrived) {
    long start = System.nanoTime();
    Wait.until(
        what,
        Duration.ofSeconds(20),
        () ->
            arrived.test(
                stage
                    .shopper()
                    .run(
                        new LoadSpec(
                            probe.name() + " " + PROBES.incrementAndGet(),
                            probe.method(),
                            probe.url(),
                            probe.body(),
                            probe.headers(),
                            probe.rate(),
                            probe.calls(),
                            false))));
    stage.narrator().say("in effect after %.1f s: %s", (System.nanoTime() - start) / 1e9, what);
  }

  /** Shows what failed in a run that should not fail. */
  static void noFailures(Stage stage, LoadResult result) {
    if (result.failed() > 0) {
      stage.narrator().say("%s: %d calls failed, such as", result.name(), result.failed());
      result.failures().forEach(failure -> stage.narrator().say("  %s", failure));
    }
  }
}

package dev.weft.demo.story;

import dev.weft.demo.load.Load;
import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.load.RoundRobinSender;
import dev.weft.demo.mesh.Instance;
import dev.weft.demo.process.Wait;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One of two instances dies under load. Customers with the mesh and customers without it, who take
 * both addresses in turn, live through the same death at the same time.
 */
final class InstanceKill {
  private static final double RATE = 230;
  private static final int CALLS = 1_400;
  private static final double SECONDS_BEFORE = 2;

  private InstanceKill() {}

  /** What one death has shown. */
  record Seen(int calls, int inFlight, int failedWithout, int failed) {}

  /** How the instance ends. */
  enum Death {
    SIGKILL("sigkill", "power cut (SIGKILL)"),
    SIGTERM("sigterm", "rollout (SIGTERM)");

    private final String key;
    private final String title;

    Death(String key, String title) {
      this.key = key;
      this.title = title;
    }
  }

  static Seen play(Stage stage, Death death, Instance victim) throws Exception {
    stage.narrator().step("One of two catalog instances ends under load: " + death.title);
    var cast = stage.cast();
    // A fresh JVM is slow at first; that is not what is measured here.
    stage
        .shopper()
        .run(LoadSpec.get("warm " + death.key, "http://catalog/products/{p}/stock", 120, 240));
    List<String> addresses = List.of(cast.catalogA.address(), cast.catalogB.address());
    Load plain =
        new Load(
            LoadSpec.get("without mesh", "/products/{p}/stock", RATE, CALLS),
            new RoundRobinSender(addresses));
    ExecutorService others = Executors.newSingleThreadExecutor();
    try {
      var withMesh =
          stage
              .shopper()
              .start(
                  LoadSpec.get(
                      "kill " + death.key, "http://catalog/products/{p}/stock", RATE, CALLS));
      CompletableFuture<LoadResult> without =
          CompletableFuture.supplyAsync(() -> run(plain), others);
      Wait.seconds(SECONDS_BEFORE);
      int inFlight = withMesh.inFlight();
      if (death == Death.SIGKILL) {
        victim.kill();
      } else {
        victim.terminate();
      }
      stage.narrator().say("%s ended with %d calls in flight", victim.name(), inFlight);
      return report(stage, death, inFlight, withMesh.await(), without.join());
    } finally {
      others.shutdownNow();
    }
  }

  private static LoadResult run(Load load) {
    try {
      return load.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private static Seen report(
      Stage stage, Death death, int inFlight, LoadResult with, LoadResult without) {
    stage
        .narrator()
        .say(
            "%.0f calls a second; failed with the mesh: %d of %d, without: %d of %d",
            with.rate(), with.failed(), with.calls(), without.failed(), without.calls());
    Effect.noFailures(stage, with);
    String key = "instance_kill." + death.key + ".";
    String of = ", " + death.title;
    var report = stage.report();
    report.atLeast(key + "calls_in_window", "Calls in the window" + of, with.calls(), 1_000);
    report.atLeast(key + "rate", "Calls a second" + of, with.rate(), 200);
    report.atLeast(key + "in_flight_at_kill", "Calls in flight at the end" + of, inFlight, 10);
    report.above(
        key + "failed_without_mesh",
        "Calls that failed without the mesh" + of,
        without.failed(),
        0);
    report.between(key + "failed", "Calls that failed with the mesh" + of, with.failed(), 0, 0);
    return new Seen(with.calls(), inFlight, without.failed(), with.failed());
  }

  /** The figures of both deaths as one: of each the worse. */
  static void summary(Stage stage, Seen one, Seen other) {
    var report = stage.report();
    report.summary("instance_kill.calls_in_window", Math.min(one.calls, other.calls));
    report.summary("instance_kill.in_flight_at_kill", Math.min(one.inFlight, other.inFlight));
    report.summary(
        "instance_kill.failed_without_mesh", Math.min(one.failedWithout, other.failedWithout));
    report.summary("instance_kill.failed", one.failed + other.failed);
  }
}

package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.load.RoundRobinSender;
import dev.weft.demo.load.Sender;
import dev.weft.demo.mesh.Instance;
import dev.weft.demo.process.Ports;
import dev.weft.demo.process.Wait;
import dev.weft.demo.shopper.Shopper;
import java.time.Duration;
import java.util.List;

/**
 * The control server dies; the shop goes on as it was. In the meantime a JVM starts from what its
 * agent has kept on disk, and a database fails over.
 */
final class ControlServerDown {
  private static final double SECONDS = 61;
  private static final double SECONDS_AFTER = 6;

  private ControlServerDown() {}

  static void play(Stage stage) throws Exception {
    var narrator = stage.narrator();
    narrator.step("The control server dies (SIGKILL), customers go on shopping");
    int enough = 100_000;
    Shopper.Run pages =
        stage
            .shopper()
            .start(
                LoadSpec.get(
                    "pages without control", "http://storefront/products/{p}", 40, enough));
    Shopper.Run stock =
        stage
            .shopper()
            .start(
                LoadSpec.get(
                    "stock without control", "http://catalog/products/{p}/stock", 40, enough));
    Wait.seconds(1);
    stage.control().kill();
    long killed = System.nanoTime();
    narrator.say("killed; leases last %d s", stage.control().lease().toSeconds());

    // Keys live in memory only: without a certificate it can speak to peers that take plaintext.
    // The database is one, and its name is known from the cached configuration alone.
    Instance newcomer = stage.shop().orders("orders-2", "127.0.0.1");
    boolean newcomerServes = serves(newcomer);
    narrator.say(
        "an orders JVM started meanwhile, from its cached configuration: %s",
        newcomerServes ? "takes orders" : "does not serve");

    DatabaseFailover.play(stage);

    Wait.seconds(Math.max(0, SECONDS - (System.nanoTime() - killed) / 1e9));
    stage.control().restart();
    double down = (System.nanoTime() - killed) / 1e9;
    narrator.say("the control server is back after %.1f s", down);
    Wait.seconds(SECONDS_AFTER);
    pages.stop();
    stock.stop();
    LoadResult seen = pages.await();
    LoadResult counted = stock.await();
    Effect.noFailures(stage, seen);
    Effect.noFailures(stage, counted);
    narrator.say(
        "%d calls, %d failed", seen.calls() + counted.calls(), seen.failed() + counted.failed());

    var report = stage.report();
    report.atLeast("control_server_down.seconds", "Seconds without a control server", down, 60);
    report.atLeast(
        "control_server_down.leases",
        "That many leases",
        Math.floor(10 * down / stage.control().lease().toSeconds()) / 10,
        2);
    report.atLeast(
        "control_server_down.calls",
        "Calls in that time and after",
        seen.calls() + counted.calls(),
        1_000);
    report.between(
        "control_server_down.failed",
        "Calls of those that failed",
        seen.failed() + counted.failed(),
        0,
        0);
    report.happened(
        "control_server_down.jvm_started_meanwhile_ok",
        "A JVM that started meanwhile serves",
        newcomerServes);
  }

  private static boolean serves(Instance newcomer) {
    Sender plain = new RoundRobinSender(List.of(newcomer.address()));
    String body = "{\"product\":3,\"pieces\":1,\"deliverTo\":\"Ada\"}";
    LoadSpec put = LoadSpec.put("newcomer", "", body, 1, 1);
    LoadSpec get = LoadSpec.get("newcomer", "", 1, 1);
    try {
      Wait.until("it listens", Duration.ofSeconds(30), () -> Ports.open(newcomer.port()));
      for (int i = 0; i < 10; i++) {
        String order = "/orders/newcomer-" + System.nanoTime();
        Sender.Reply placed = plain.send(put, order, body);
        Sender.Reply found = plain.send(get, order, "");
        if (placed.status() != 201 || found.status() != 200) {
          System.out.println("           " + placed + " " + found);
          return false;
        }
      }
      return true;
    } catch (Exception e) {
      System.out.println("           " + e);
      return false;
    }
  }
}

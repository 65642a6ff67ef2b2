package dev.weft.demo.story;

import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadResult.Acknowledged;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.process.Wait;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * The primary database dies while customers order; somebody makes the standby the primary. The
 * connection pool in the orders service knows one name and finds the server that takes writes.
 */
final class DatabaseFailover {
  private static final double RATE = 60;
  private static final double SECONDS_BEFORE = 3;
  private static final double SECONDS_UNTIL_PROMOTED = 1;
  private static final double SECONDS_AFTER = 8;

  private DatabaseFailover() {}

  static void play(Stage stage) throws IOException, SQLException {
    var narrator = stage.narrator();
    narrator.say("the primary database is to die while customers order");
    String prefix = "failover-" + System.nanoTime() + "-";
    var ordering =
        stage
            .shopper()
            .start(
                LoadSpec.put(
                    "failover",
                    "http://orders/orders/" + prefix + "{n}",
                    "{\"product\":{p},\"pieces\":1,\"deliverTo\":\"Ada\"}",
                    RATE,
                    100_000));
    Wait.seconds(SECONDS_BEFORE);
    int inFlight = ordering.inFlight();
    stage.primary().kill();
    // Only now is it dead: what started from here on needs another server.
    long killed = System.currentTimeMillis();
    narrator.say("primary killed with %d orders in flight", inFlight);
    Wait.seconds(SECONDS_UNTIL_PROMOTED);
    stage.standby().promote();
    narrator.say("standby promoted");
    Wait.seconds(SECONDS_AFTER);
    ordering.stop();
    LoadResult ordered = ordering.await();
    Effect.noFailures(stage, ordered);

    double recovery =
        ordered.acknowledged().stream()
            .filter(order -> order.startedMillis() > killed)
            .mapToLong(Acknowledged::endedMillis)
            .min()
            .stream()
            .mapToDouble(at -> (at - killed) / 1e3)
            .findFirst()
            .orElse(Double.POSITIVE_INFINITY);
    Set<String> kept = orders(stage, prefix);
    long missing =
        ordered.acknowledged().stream().filter(order -> !kept.contains(prefix + order.n())).count();
    narrator.say(
        "%d orders acknowledged, %d missing, %d failed; orders taken again after %.1f s",
        ordered.acknowledged().size(), missing, ordered.failed(), recovery);

    var report = stage.report();
    report.atLeast(
        "db_failover.acknowledged",
        "Orders acknowledged around the failover",
        ordered.acknowledged().size(),
        200);
    report.between(
        "db_failover.acknowledged_then_missing", "Of those missing in the database", missing, 0, 0);
    report.told(
        "db_failover.in_flight_at_kill", "Orders in flight at the primary's death", inFlight);
    report.atMost("db_failover.failed", "Orders that failed", ordered.failed(), inFlight);
    report.atMost(
        "db_failover.recovery_seconds", "Seconds until orders were taken again", recovery, 15);
  }

  private static Set<String> orders(Stage stage, String prefix) throws SQLException {
    Set<String> ids = new HashSet<>();
    try (var connection = DriverManager.getConnection(stage.standby().url(), "shop", "shop");
        var select = connection.prepareStatement("SELECT id FROM orders WHERE id LIKE ?")) {
      select.setString(1, prefix + "%");
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
    }
    return ids;
  }
}

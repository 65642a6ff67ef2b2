package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code weft status}: a line per JVM. Below it, what is wrong: libraries that are not governed,
 * resources that were set aside or rejected, findings.
 */
@Command(
    name = "status",
    description = "Every JVM: configuration, certificate, libraries, trouble.")
final class StatusCommand extends Verb {
  @Option(names = "--wide", description = "Also list libraries that are governed.")
  private boolean wide;

  @Override
  JsonNode ask() throws Server.FailedException {
    return server.get("/v1/status");
  }

  @Override
  int show(JsonNode answer) {
    Table table =
        new Table(
            "SERVICE",
            "INSTANCE",
            "ADDRESS",
            "HEALTH",
            "CONFIG",
            "IN SYNC",
            "CERTIFICATE",
            "GOVERNED",
            "ASIDE");
    Table trouble = new Table("INSTANCE", "WHAT", "WHY");
    int troubles = 0;
    for (JsonNode row : answer.path("instances")) {
      int governed = 0;
      for (JsonNode library : row.path("libraries")) {
        boolean is = library.path("governed").asBoolean();
        governed += is ? 1 : 0;
        if (!is || wide) {
          troubles++;
          trouble.row(
              row.path("instance").asText(),
              library.path("name").asText() + " " + library.path("version").asText(),
              is ? "governed" : "not governed: " + library.path("reason").asText());
        }
      }
      for (JsonNode aside : row.path("notApplied")) {
        troubles++;
        trouble.row(
            row.path("instance").asText(),
            aside.path("subject").asText(),
            "set aside: " + aside.path("reason").asText());
      }
      for (Map.Entry<String, JsonNode> type : row.path("config").properties()) {
        if (!type.getValue().path("rejected").isNull()) {
          troubles++;
          trouble.row(
              row.path("instance").asText(),
              type.getKey() + " " + type.getValue().path("sent").asText(),
              "rejected: " + type.getValue().path("rejected").asText());
        }
      }
      table.row(
          row.path("service").asText() + "." + row.path("namespace").asText(),
          row.path("instance").asText(),
          row.path("address").asText(),
          health(row),
          row.path("configVersion").asText("-"),
          row.path("inSync").asBoolean() ? "yes" : "no",
          left(row.path("certificateExpiry").asText("")),
          governed + " of " + row.path("libraries").size(),
          String.valueOf(row.path("notApplied").size()));
    }
    table.print(System.out);
    if (troubles > 0) {
      System.out.println();
      trouble.print(System.out);
    }
    if (!answer.path("findings").isEmpty()) {
      System.out.println();
      Server.findings(answer.path("findings"), System.out);
    }
    if (!answer.path("disabled").isEmpty()) {
      System.out.println();
      System.out.println("Switched off: " + answer.path("disabled"));
    }
    return 0;
  }

  private static String health(JsonNode row) {
    return row.path("connected").asBoolean()
        ? row.path("health").asText().toLowerCase(java.util.Locale.ROOT)
        : "not connected";
  }

  private static String left(String expiry) {
    if (expiry.isEmpty() || expiry.equals("null")) {
      return "none";
    }
    Duration left = Duration.between(Instant.now(), Instant.parse(expiry));
    if (left.isNegative()) {
      return "expired";
    }
    if (left.toHours() >= 2) {
      return left.toHours() + "h";
    }
    return left.toMinutes() >= 2 ? left.toMinutes() + "m" : left.toSeconds() + "s";
  }
}

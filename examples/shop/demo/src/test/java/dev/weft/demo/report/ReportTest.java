package dev.weft.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @Test
  void aFigureOutsideOfItsBoundFailsTheReportAndIsMarked() {
    Report report = new Report();
    report.between("a", "within", 0.1, 0.08, 0.12);
    assertThat(report.holds()).isTrue();

    report.above("b", "beyond", 0, 0);

    assertThat(report.holds()).isFalse();
    assertThat(report.table().lines().filter(line -> line.contains("OFF")))
        .singleElement()
        .asString()
        .startsWith("beyond");
  }

  @Test
  void whatIsNotANumberDoesNotHold() {
    Report report = new Report();
    report.between("share", "of nothing", 0.0 / 0.0, 1, 1);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void dotsInKeysNest(@TempDir Path folder) throws Exception {
    Report report = new Report();
    report.told("db_failover.recovery_seconds", "", 2.5);
    report.happened("control_server_down.jvm_started_meanwhile_ok", "", true);
    report.write(folder.resolve("r.json"));

    JsonNode json = new ObjectMapper().readTree(folder.resolve("r.json").toFile());
    assertThat(json.at("/db_failover/recovery_seconds").asDouble()).isEqualTo(2.5);
    assertThat(json.at("/control_server_down/jvm_started_meanwhile_ok").asBoolean()).isTrue();
  }
}

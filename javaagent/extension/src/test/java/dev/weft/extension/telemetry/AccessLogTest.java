package dev.weft.extension.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Target;
import dev.weft.model.Endpoint.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private static final Target TARGET =
      new Target(
          "outbound|80||catalog.shop.svc.cluster.local",
          "catalog.shop.svc.cluster.local",
          new Workload("catalog-1", "shop", "catalog", "v1", ""));

  @TempDir Path directory;

  private static List<JsonNode> parsed(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void everyCallIsOneLineOfJsonWithoutItsQuery() throws Exception {
    Path file = directory.resolve("access.log");
    Recorder log = AccessLog.before(Recorder.NONE, file.toString());
    log.outbound(Views.Call.to(TARGET, 200, 7_000_000));
    log.outbound(
        Views.Call.to(TARGET, 0, 1).flags(Flags.UF).failed(new ConnectException("\"quoted\"")));
    log.inbound(Views.Inbound.from("spiffe://cluster.local/ns/a/sa/web", TARGET, 204));
    log.tcpClosed(new Views.Tcp("db", 5432, TARGET, true, 2, 0, 9_000_000, null));
    await().until(() -> Files.readAllLines(file).size() == 4);
    assertThat(Files.readString(file)).doesNotContain("secret").doesNotContain("?");
    List<JsonNode> lines = parsed(file);
    JsonNode first = lines.get(0);
    assertThat(first.path("direction").asText()).isEqualTo("outbound");
    assertThat(first.path("path").asText()).isEqualTo("/items");
    assertThat(first.path("response_code").asInt()).isEqualTo(200);
    assertThat(first.path("response_flags").asText()).isEqualTo("-");
    assertThat(first.path("connection_security_policy").asText()).isEqualTo("mutual_tls");
    assertThat(first.path("duration_us").asLong()).isEqualTo(7_000);
    assertThat(first.has("error_type")).isFalse();
    assertThat(lines.get(1).path("error_type").asText()).isEqualTo("java.net.ConnectException");
    assertThat(lines.get(1).path("response_flags").asText()).isEqualTo("UF");
    assertThat(lines.get(2).path("source_principal").asText())
        .isEqualTo("spiffe://cluster.local/ns/a/sa/web");
    assertThat(lines.get(3).path("authority").asText()).isEqualTo("db:5432");
  }

  @Test
  void aFullQueueDropsLinesAndSaysHowMany() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream before = System.out;
    Recorder log;
    try (OutputStream slow = new SlowDisk(written, blocked, released)) {
      System.setOut(new PrintStream(slow, true, StandardCharsets.UTF_8));
      log = AccessLog.before(Recorder.NONE, "stdout");
    } finally {
      System.setOut(before);
    }
    log.outbound(Views.Call.to(TARGET, 200, 1));
    blocked.await();
    for (int i = 0; i < 8_192 + 5; i++) {
      log.outbound(Views.Call.to(TARGET, 200, 1));
    }
    released.countDown();
    await().until(() -> written.toString(StandardCharsets.UTF_8).lines().count() == 1 + 8_192 + 1);
    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("dropped_lines"))
        .containsExactly("{\"dropped_lines\":5}");
  }

  /** Blocks its first write until it is released. */
  private static final class SlowDisk extends OutputStream {
    private final ByteArrayOutputStream written;
    private final CountDownLatch blocked;
    private final CountDownLatch released;

    SlowDisk(ByteArrayOutputStream written, CountDownLatch blocked, CountDownLatch released) {
      this.written = written;
      this.blocked = blocked;
      this.released = released;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      blocked.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.write(bytes, from, length);
    }
  }

  @Test
  void aFileThatCannotBeOpenedMeansNoLogAndNoHarm() {
    assertThat(AccessLog.before(Recorder.NONE, directory.toString())).isSameAs(Recorder.NONE);
    assertThat(AccessLog.before(Recorder.NONE, "off")).isSameAs(Recorder.NONE);
  }
}

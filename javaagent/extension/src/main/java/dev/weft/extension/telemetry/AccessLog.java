package dev.weft.extension.telemetry;

import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.Flags;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.TcpView;
import dev.weft.extension.Log;
import dev.weft.extension.admin.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One JSON line per call, written by one daemon thread. A full queue drops lines and says how many:
 * a slow disk must not slow the application. Header values and statements are never logged.
 */
public final class AccessLog implements Recorder {
  private static final int QUEUE = 8_192;

  private final Recorder next;
  private final PrintStream out;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();

  private AccessLog(Recorder next, PrintStream out) {
    this.next = next;
    this.out = out;
  }

  /**
   * Puts an access log before {@code next}.
   *
   * @param target {@code off}, {@code stdout}, {@code stderr} or a path; one that cannot be opened
   *     gives one line and no log
   */
  public static Recorder before(Recorder next, String target) {
    if (target.equals("off")) {
      return next;
    }
    try {
      AccessLog log =
          new AccessLog(
              next,
              switch (target) {
                case "stdout" -> System.out;
                case "stderr" -> System.err;
                default ->
                    new PrintStream(
                        new FileOutputStream(target, true), true, StandardCharsets.UTF_8);
              });
      Thread thread = new Thread(null, log::write, "weft-access-log", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(AccessLog.class.getClassLoader());
      thread.start();
      return log;
    } catch (IOException e) {
      Log.warn(
          "WEFT_ACCESS_LOG names "
              + target
              + ", which cannot be opened ("
              + e.getMessage()
              + "); there is no access log. Name a file that can be written, stdout or stderr.");
      return next;
    }
  }

  private void write() {
    try {
      while (true) {
        out.println(lines.take());
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          out.println("{\"dropped_lines\":" + lost + "}");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(StringBuilder line) {
    line.setCharAt(line.length() - 1, '}');
    if (!lines.offer(line.toString())) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void outbound(CallView call) {
    StringBuilder line = start("outbound", call.method(), call.path(), call.authority());
    text(line, "upstream_cluster", call.target().cluster());
    text(line, "destination_workload", call.target().workload().name());
    text(line, "route_name", call.routeName());
    number(line, "attempts", call.attempts());
    outcome(
        line,
        call.protocol(),
        call.status(),
        call.grpcStatus(),
        call.flags(),
        call.mutualTls(),
        call.durationNanos(),
        call.failure());
    add(line);
    next.outbound(call);
  }

  @Override
  public void inbound(InboundView call) {
    StringBuilder line = start("inbound", call.method(), call.path(), call.authority());
    number(line, "local_port", call.localPort());
    String peer = call.peer();
    text(line, "source_principal", peer == null ? "" : peer);
    outcome(
        line,
        call.protocol(),
        call.status(),
        call.grpcStatus(),
        call.flags(),
        call.mutualTls(),
        call.durationNanos(),
        call.failure());
    add(line);
    next.inbound(call);
  }

  @Override
  public void tcpOpened(TcpView connection) {
    next.tcpOpened(connection);
  }

  @Override
  public void tcpClosed(TcpView connection) {
    StringBuilder line = new StringBuilder(200).append('{');
    text(line, "start_time", Instant.now().toString());
    text(line, "direction", "outbound");
    text(line, "protocol", "tcp");
    text(line, "authority", connection.dialledHost() + ":" + connection.dialledPort());
    text(line, "upstream_cluster", connection.target().cluster());
    number(line, "attempts", connection.attempts());
    text(line, "response_flags", Flags.text(connection.flags()));
    number(line, "duration_ms", connection.durationNanos() / 1_000_000);
    add(line);
    next.tcpClosed(connection);
  }

  @Override
  public void statement(
      String system, String host, int port, String kind, long nanos, @Nullable Throwable failure) {
    next.statement(system, host, port, kind, nanos, failure);
  }

  private static StringBuilder start(
      String direction, String method, String path, String authority) {
    StringBuilder line = new StringBuilder(320).append('{');
    text(line, "start_time", Instant.now().toString());
    text(line, "direction", direction);
    text(line, "method", method);
    int query = path.indexOf('?');
    // A query string may carry secrets.
    text(line, "path", query < 0 ? path : path.substring(0, query));
    text(line, "authority", authority);
    return line;
  }

  private static void outcome(
      StringBuilder line,
      String protocol,
      int status,
      int grpcStatus,
      int flags,
      boolean mutualTls,
      long nanos,
      @Nullable Throwable failure) {
    text(line, "protocol", protocol);
    number(line, "response_code", status);
    if (grpcStatus >= 0) {
      number(line, "grpc_status", grpcStatus);
    }
    text(line, "response_flags", Flags.text(flags));
    text(line, "connection_security_policy", mutualTls ? "mutual_tls" : "none");
    number(line, "duration_us", nanos / 1_000);
    if (failure != null) {
      text(line, "error_type", failure.getClass().getName());
    }
  }

  private static void text(StringBuilder line, String name, String value) {
    line.append('"').append(name).append("\":");
    Json.quote(line, value);
    line.append(',');
  }

  private static void number(StringBuilder line, String name, long value) {
    line.append('"').append(name).append("\":").append(value).append(',');
  }
}

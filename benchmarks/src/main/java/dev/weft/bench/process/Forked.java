package dev.weft.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A child process whose standard output is watched for marker lines. Closing ends it. */
public final class Forked implements AutoCloseable {
  /** Linux counts CPU in clock ticks; 100 a second on every common build. */
  private static final double TICKS_PER_SECOND = 100.0;

  private final Process process;
  private final long started;
  private final List<String> tail = new ArrayList<>();
  private final String marker;
  private final CountDownLatch marked = new CountDownLatch(1);
  private volatile long markedAt;
  private volatile @Nullable String markedLine;

  private Forked(Process process, long started, String marker) {
    this.process = process;
    this.started = started;
    this.marker = marker;
  }

  /**
   * Starts a process.
   *
   * @param marker the first line of output that contains it is remembered with its time
   */
  public static Forked start(List<String> command, Map<String, String> environment, String marker) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    long started = System.nanoTime();
    try {
      Forked forked = new Forked(builder.start(), started, marker);
      Thread reader = new Thread(forked::read, "reader");
      reader.setDaemon(true);
      reader.start();
      return forked;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command.get(0), e);
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (marked.getCount() > 0 && line.contains(marker)) {
          markedAt = System.nanoTime();
          markedLine = line;
          marked.countDown();
        }
        synchronized (tail) {
          tail.add(line);
          if (tail.size() > 200) {
            tail.remove(0);
          }
        }
      }
    } catch (IOException e) {
      // The stream ends with the process.
    }
  }

  /**
   * Waits for the marker.
   *
   * @return milliseconds from the start of the process to the marker line
   * @throws IllegalStateException when it does not come; with the end of the output
   */
  public double awaitMarker(Duration limit) {
    try {
      long end = System.nanoTime() + limit.toNanos();
      while (!marked.await(100, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > end || !process.isAlive() && !marked.await(1, TimeUnit.SECONDS)) {
          throw new IllegalStateException(
              "No line with '" + marker + "' within " + limit + ":\n" + output());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return (markedAt - started) / 1e6;
  }

  /** The line that held the marker. */
  public String markedLine() {
    String line = markedLine;
    if (line == null) {
      throw new IllegalStateException("The marker '" + marker + "' has not been seen.");
    }
    return line;
  }

  /** {@link System#nanoTime()} of the start. */
  public long startedNanos() {
    return started;
  }

  /** Process id. */
  public long pid() {
    return process.pid();
  }

  /** User and system CPU used so far, in seconds, without children. */
  public double cpuSeconds() {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("Process " + pid() + " is gone:\n" + output(), e);
    }
  }

  /** Resident set size in megabytes (10^6). */
  public double rssMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
        }
      }
      throw new IllegalStateException("No VmRSS of process " + pid());
    } catch (IOException e) {
      throw new UncheckedIOException("Process " + pid() + " is gone:\n" + output(), e);
    }
  }

  /** The last lines of output. */
  public String output() {
    synchronized (tail) {
      return String.join("\n", tail);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

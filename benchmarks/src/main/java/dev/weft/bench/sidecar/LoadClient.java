package dev.weft.bench.sidecar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Loads a URL with Apache HttpClient 5, once in a closed loop (CPU per request, including the CPU
 * of the processes named) and once at a fixed rate (latency from the planned start, so that a stall
 * counts for every request that it delays).
 */
public final class LoadClient {
  private static final int THREADS = 8;
  private static final int RATE = 1_000;

  private final CloseableHttpClient client;
  private final String url;

  private LoadClient(CloseableHttpClient client, String url) {
    this.client = client;
    this.url = url;
  }

  /** Arguments: URL, warm-up seconds, measured seconds, process ids joined with commas. */
  public static void main(String[] args) throws Exception {
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(THREADS)
            .setMaxConnTotal(THREADS)
            .build();
    try (var client = HttpClients.custom().setConnectionManager(connections).build()) {
      LoadClient load = new LoadClient(client, args[0]);
      load.awaitService();
      long warm = seconds(args[1]);
      long measured = seconds(args[2]);
      List<Long> pids = new ArrayList<>(List.of(ProcessHandle.current().pid()));
      Arrays.stream(args[3].split(",", -1))
          .filter(p -> !p.isEmpty())
          .map(Long::valueOf)
          .forEach(pids::add);
      load.closedLoop(warm);
      double cpuBefore = cpuSeconds(pids);
      long start = System.nanoTime();
      long calls = load.closedLoop(measured);
      double elapsed = (System.nanoTime() - start) / 1e9;
      double cpuMicros = (cpuSeconds(pids) - cpuBefore) * 1e6 / calls;
      load.atRate(warm / 2);
      long[] latencies = load.atRate(measured);
      System.out.printf(
          Locale.ROOT,
          "RESULT cpu_us=%.2f rps=%.0f p50_us=%.1f p99_us=%.1f%n",
          cpuMicros,
          calls / elapsed,
          latencies[latencies.length / 2] / 1e3,
          latencies[(int) (latencies.length * 0.99)] / 1e3);
    }
  }

  private static long seconds(String text) {
    return (long) (Double.parseDouble(text) * 1e9);
  }

  private void awaitService() throws InterruptedException {
    for (int i = 0; ; i++) {
      try {
        get();
        return;
      } catch (UncheckedIOException | IllegalStateException e) {
        if (i == 600) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private void get() {
    try {
      int status =
          client.execute(
              new HttpGet(url),
              response -> {
                EntityUtils.consume(response.getEntity());
                return response.getCode();
              });
      if (status != 200) {
        throw new IllegalStateException(url + " answered " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long closedLoop(long nanos) throws InterruptedException {
    AtomicLong calls = new AtomicLong();
    long end = System.nanoTime() + nanos;
    onThreads(
        thread -> {
          long own = 0;
          while (System.nanoTime() < end) {
            get();
            own++;
          }
          calls.addAndGet(own);
        });
    return calls.get();
  }

  /** Sorted latencies in nanoseconds. */
  private long[] atRate(long nanos) throws InterruptedException {
    int total = (int) (nanos / 1e9 * RATE);
    long[] latencies = new long[total];
    AtomicLong next = new AtomicLong();
    long start = System.nanoTime();
    long gap = 1_000_000_000L / RATE;
    onThreads(
        thread -> {
          for (int i = (int) next.getAndIncrement(); i < total; i = (int) next.getAndIncrement()) {
            long planned = start + i * gap;
            for (long left = planned - System.nanoTime();
                left > 0;
                left = planned - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            get();
            latencies[i] = System.nanoTime() - planned;
          }
        });
    Arrays.sort(latencies);
    return latencies;
  }

  private interface Body {
    void run(int thread);
  }

  private static void onThreads(Body body) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(THREADS);
    AtomicLong failures = new AtomicLong();
    for (int i = 0; i < THREADS; i++) {
      int index = i;
      new Thread(
              () -> {
                try {
                  body.run(index);
                } catch (RuntimeException e) {
                  failures.incrementAndGet();
                  e.printStackTrace();
                } finally {
                  done.countDown();
                }
              },
              "load-" + i)
          .start();
    }
    done.await();
    if (failures.get() > 0) {
      throw new IllegalStateException(failures + " load threads failed; the figures are void.");
    }
  }

  private static double cpuSeconds(List<Long> pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      sum += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
    return sum;
  }
}

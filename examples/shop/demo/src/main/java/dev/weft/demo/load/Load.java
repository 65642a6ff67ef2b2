package dev.weft.demo.load;

import dev.weft.demo.load.LoadResult.Acknowledged;
import dev.weft.demo.load.Sender.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run: starts calls at a fixed rate on threads of their own and writes down how each ends. */
public final class Load {
  private static final Pattern VERSION = Pattern.compile("\"catalog\":\"(v\\d)\"");
  private static final int FAILURES_SHOWN = 8;

  private final LoadSpec spec;
  private final Sender sender;
  private final ExecutorService callers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "customer");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean stopped;

  // What follows is guarded by this.
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final Map<String, Integer> versions = new TreeMap<>();
  private final List<Double> millis = new ArrayList<>();
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int failed;

  /** Makes a run that has not started. */
  public Load(LoadSpec spec, Sender sender) {
    this.spec = spec;
    this.sender = sender;
  }

  /** Calls that have started and not ended. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Starts no further calls; {@link #run} returns when those in flight have ended. */
  public void stop() {
    stopped = true;
  }

  /** Runs to the end. */
  public LoadResult run() throws InterruptedException {
    long start = System.nanoTime();
    int n = 0;
    for (; n < spec.calls() && !stopped; n++) {
      long due = start + (long) (n * 1e9 / spec.rate());
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      int number = n;
      inFlight.incrementAndGet();
      callers.execute(() -> call(number));
    }
    callers.shutdown();
    if (!callers.awaitTermination(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          spec.name() + ": " + inFlight() + " calls did not end within a minute");
    }
    return result(n, (System.nanoTime() - start) / 1e9);
  }

  private void call(int n) {
    long startMillis = System.currentTimeMillis();
    long start = System.nanoTime();
    int status = 0;
    String body;
    try {
      Reply reply = sender.send(spec, spec.url(n), spec.body(n));
      status = reply.status();
      body = reply.body();
    } catch (Exception e) {
      body = e.toString();
    }
    double took = (System.nanoTime() - start) / 1e6;
    inFlight.decrementAndGet();
    ended(n, status, body, startMillis, took);
  }

  private synchronized void ended(
      int n, int status, String body, long startMillis, double tookMillis) {
    statuses.merge(status, 1, Integer::sum);
    millis.add(tookMillis);
    if (status < 200 || status >= 400) {
      failed++;
      if (failures.size() < FAILURES_SHOWN) {
        failures.add(
            "call %d after %.0f ms: %d %s"
                .formatted(n, tookMillis, status, body.substring(0, Math.min(200, body.length()))));
      }
      return;
    }
    Matcher version = VERSION.matcher(body);
    if (version.find()) {
      versions.merge(version.group(1), 1, Integer::sum);
    }
    if (spec.keepAcknowledged()) {
      acknowledged.add(new Acknowledged(n, startMillis, System.currentTimeMillis()));
    }
  }

  private synchronized LoadResult result(int calls, double seconds) {
    Collections.sort(millis);
    return new LoadResult(
        spec.name(),
        calls,
        failed,
        statuses,
        versions,
        seconds,
        percentile(0.50),
        percentile(0.99),
        acknowledged,
        failures);
  }

  private double percentile(double share) {
    return millis.isEmpty() ? 0 : millis.get((int) (share * (millis.size() - 1)));
  }
}

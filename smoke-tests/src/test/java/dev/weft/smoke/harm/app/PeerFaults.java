package dev.weft.smoke.harm.app;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;

/**
 * An application that does what other Java agents are known to break or to slow down. The first
 * argument says what, the second is a URL.
 */
public final class PeerFaults {
  private static final Shape GET = new Shape("get", "GET", "none", "ok", "-", 1);
  private static final int CALLS = 40;

  private PeerFaults() {}

  public static void main(String[] arguments) throws Exception {
    long upMillis = ManagementFactory.getRuntimeMXBean().getUptime();
    String url = arguments[1];
    switch (arguments[0]) {
      case "build":
        build(url);
        break;
      case "start":
        System.out.println("main after " + upMillis);
        call(url);
        break;
      case "call":
        call(url);
        break;
      default:
        allocate(url);
    }
    System.exit(0);
  }

  /** Builds requests in every way that the JDK offers. */
  private static void build(String url) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(url))
            .header("X-A", "1")
            .setHeader("X-B", "2")
            .timeout(Duration.ofSeconds(3))
            .version(HttpClient.Version.HTTP_1_1)
            .expectContinue(false);
    for (HttpRequest request :
        List.of(
            builder.build(),
            builder.copy().DELETE().build(),
            builder.copy().POST(HttpRequest.BodyPublishers.ofString("b")).build(),
            builder.copy().method("PATCH", HttpRequest.BodyPublishers.noBody()).build())) {
      System.out.println(
          request
              + " "
              + request.headers().map()
              + " "
              + request.timeout()
              + " "
              + request.version()
              + " "
              + request.bodyPublisher().map(HttpRequest.BodyPublisher::contentLength));
    }
  }

  private static void call(String url) throws Exception {
    for (String name : HarmClient.ALL) {
      try (HarmClient client = HarmClient.of(name, GET, 0, false)) {
        System.out.println(name + ": " + client.send(url));
      } catch (Exception failed) {
        System.out.println(name + ": " + HarmApp.chain(failed));
      }
    }
  }

  /** Prints bytes that the calling thread allocates per call: the least of many rounds. */
  private static void allocate(String url) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (String name : List.of("url", "hc5")) {
      try (HarmClient client = HarmClient.of(name, GET, 0, false)) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 30; round++) {
          long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
          for (int i = 0; i < CALLS; i++) {
            client.send(url);
          }
          long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
          least = Math.min(least, (after - before) / CALLS);
        }
        System.out.println(name + "=" + least);
      }
    }
  }
}

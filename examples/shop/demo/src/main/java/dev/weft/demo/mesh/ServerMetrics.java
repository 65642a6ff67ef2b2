package dev.weft.demo.mesh;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service's own agent has counted at the receiving side: {@code istio_requests_total} with
 * {@code reporter="destination"}.
 *
 * @param requests by who asked and how the connection was secured
 */
public record ServerMetrics(Map<Peer, Long> requests) {
  /** Of an agent that has counted nothing. */
  public static final ServerMetrics NONE = new ServerMetrics(Map.of());

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public ServerMetrics {
    requests = Map.copyOf(requests);
  }

  /**
   * Who asked.
   *
   * @param principal SPIFFE identity from the client's certificate
   * @param security {@code mutual_tls} or {@code none}
   */
  public record Peer(String principal, String security) {
    /** Whether the connection was mesh mTLS. */
    public boolean mutualTls() {
      return security.equals("mutual_tls");
    }
  }

  /** Scrapes an agent. */
  public static ServerMetrics scrape(int adminPort) throws IOException {
    try {
      HttpResponse<String> response =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return parse(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while scraping", e);
    }
  }

  static ServerMetrics parse(String text) {
    Map<Peer, Long> requests = new HashMap<>();
    for (String line : text.split("\n")) {
      if (!line.startsWith("istio_requests_total{") || !line.contains("reporter=\"destination\"")) {
        continue;
      }
      Map<String, String> labels = new HashMap<>();
      Matcher matcher = LABEL.matcher(line.substring(0, line.lastIndexOf('}')));
      while (matcher.find()) {
        labels.put(matcher.group(1), matcher.group(2));
      }
      long count = (long) Double.parseDouble(line.substring(line.lastIndexOf('}') + 1).trim());
      requests.merge(
          new Peer(
              labels.getOrDefault("source_principal", ""),
              labels.getOrDefault("connection_security_policy", "")),
          count,
          Long::sum);
    }
    return new ServerMetrics(requests);
  }

  /** What has come since {@code earlier}. */
  public ServerMetrics since(ServerMetrics earlier) {
    Map<Peer, Long> news = new HashMap<>();
    requests.forEach(
        (peer, count) -> {
          long more = count - earlier.requests.getOrDefault(peer, 0L);
          if (more > 0) {
            news.put(peer, more);
          }
        });
    return new ServerMetrics(news);
  }

  /** All requests. */
  public long total() {
    return requests.values().stream().mapToLong(Long::longValue).sum();
  }
}

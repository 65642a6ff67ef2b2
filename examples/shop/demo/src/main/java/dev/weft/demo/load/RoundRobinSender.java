package dev.weft.demo.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A plain client, as one has it without a mesh: takes the given addresses in turn. */
public final class RoundRobinSender implements Sender {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<String> addresses;

  /** Makes a sender to these {@code host:port}. */
  public RoundRobinSender(List<String> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  @Override
  public Reply send(LoadSpec spec, String path, String body) throws Exception {
    String address = addresses.get(Math.floorMod(turn.getAndIncrement(), addresses.size()));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .timeout(Duration.ofSeconds(10))
            .method(
                spec.method(),
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .header("content-type", "application/json")
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body());
  }
}

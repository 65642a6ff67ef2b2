package shop.recommendations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads the catalog with {@code java.net.http}. */
final class CatalogClient {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final String url;

  CatalogClient(String url) {
    this.url = url;
  }

  JsonNode products() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/products"))
            .timeout(Duration.ofSeconds(5))
            .build();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("The catalog answered " + response.statusCode());
    }
    return json.readTree(response.body());
  }
}

package shop.storefront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.HtmlUtils;

/** Pages that people look at. */
@RestController
class ShopWindow {
  private final RestClient catalog;
  private final HttpClient http;
  private final String recommendationsUrl;
  private final ObjectMapper json;

  ShopWindow(
      RestClient catalog,
      HttpClient http,
      @Value("${shop.recommendations-url}") String recommendationsUrl,
      ObjectMapper json) {
    this.catalog = catalog;
    this.http = http;
    this.recommendationsUrl = recommendationsUrl;
    this.json = json;
  }

  @GetMapping(value = "/", produces = MediaType.TEXT_HTML_VALUE)
  String home(@RequestHeader(name = "x-tester", required = false) @Nullable String tester) {
    var page = new StringBuilder("<!doctype html><title>The shop</title><h1>The shop</h1><ul>");
    for (JsonNode product : get("/products", tester)) {
      page.append("<li><a href=\"/products/")
          .append(product.get("id").asInt())
          .append("\">")
          .append(HtmlUtils.htmlEscape(product.get("name").asText()))
          .append("</a>")
          .append(product.has("stars") ? " ★ " + product.get("stars").asText() : "");
    }
    return page.append("</ul>").toString();
  }

  /** A product, and what others looked at. */
  @GetMapping("/products/{id}")
  Page product(
      @PathVariable int id,
      @RequestHeader(name = "x-tester", required = false) @Nullable String tester)
      throws IOException, InterruptedException {
    return new Page(get("/products/" + id, tester), recommendations(id));
  }

  @GetMapping("/ready")
  String ready() {
    return "ready";
  }

  private JsonNode get(String path, @Nullable String tester) {
    RestClient.RequestHeadersSpec<?> request = catalog.get().uri(path);
    if (tester != null) {
      request.header("x-tester", tester);
    }
    JsonNode answer = request.retrieve().body(JsonNode.class);
    return answer == null ? json.createArrayNode() : answer;
  }

  private JsonNode recommendations(int id) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(recommendationsUrl + "/recommendations/" + id))
            .timeout(Duration.ofSeconds(10))
            .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("Recommendations answered " + response.statusCode());
    }
    return json.readTree(response.body());
  }

  /** One page. */
  record Page(JsonNode product, JsonNode recommendations) {}
}

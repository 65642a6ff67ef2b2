package shop.recommendations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code GET /recommendations/ID}: three other products for who looks at one. */
final class RecommendationServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 3;

  private final transient CatalogClient catalog;
  private final transient ObjectMapper json = new ObjectMapper();

  RecommendationServlet(CatalogClient catalog) {
    this.catalog = catalog;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path == null || !path.matches("/\\d{1,6}")) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    try {
      byte[] body = json.writeValueAsBytes(recommend(Integer.parseInt(path.substring(1))));
      response.setContentType("application/json");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    } catch (IOException e) {
      response.sendError(HttpServletResponse.SC_BAD_GATEWAY, "The catalog is away");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private Map<String, Object> recommend(int product) throws IOException, InterruptedException {
    JsonNode products = catalog.products();
    List<JsonNode> others = new ArrayList<>();
    for (int i = 0; i < products.size() && others.size() < SHOWN; i++) {
      JsonNode candidate = products.get((product + i) % products.size());
      if (candidate.get("id").asInt() != product) {
        others.add(candidate);
      }
    }
    return Map.of("product", product, "recommended", others);
  }
}

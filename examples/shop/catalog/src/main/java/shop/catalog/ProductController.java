package shop.catalog;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Products, and how many of each the warehouse holds. */
@RestController
class ProductController {
  private static final List<String> NAMES =
      List.of("Teapot", "Loom", "Wool, blue", "Wool, red", "Shuttle", "Needles", "Lamp", "Chair");

  private final String version;
  private final String instance;
  private final Duration warehouseDelay;

  ProductController(
      @Value("${catalog.version}") String version,
      @Value("${catalog.instance}") String instance,
      @Value("${catalog.warehouse-delay}") Duration warehouseDelay) {
    this.version = version;
    this.instance = instance;
    this.warehouseDelay = warehouseDelay;
  }

  @GetMapping("/products")
  List<Product> all() {
    return IntStream.rangeClosed(1, NAMES.size()).mapToObj(this::product).toList();
  }

  @GetMapping("/products/{id}")
  Product one(@PathVariable int id) {
    if (id < 1 || id > NAMES.size()) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "No product " + id);
    }
    return product(id);
  }

  /** Asks the warehouse, which takes its time. */
  @GetMapping("/products/{id}/stock")
  Stock stock(@PathVariable int id) throws InterruptedException {
    Thread.sleep(warehouseDelay.toMillis());
    return new Stock(id, 3 + id * 7 % 20, version, instance);
  }

  private Product product(int id) {
    boolean v2 = version.equals("v2");
    return new Product(
        id,
        NAMES.get(id - 1),
        990 + id * 350,
        v2 ? 3 + id % 5 / 2.0 : null,
        v2 ? "/pictures/" + id + ".webp" : null,
        version,
        instance);
  }

  /** Pieces in the warehouse. */
  record Stock(int product, int pieces, String catalog, String servedBy) {}
}

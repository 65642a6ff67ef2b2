package shop.orders;

import java.sql.SQLException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Orders over HTTP. PUT may be repeated: an order id is written once. */
@RestController
class OrderController {
  private final OrderBook book;

  OrderController(OrderBook book) {
    this.book = book;
  }

  @PutMapping("/orders/{id}")
  ResponseEntity<Order> place(@PathVariable String id, @RequestBody Wish wish) throws SQLException {
    var order = new Order(id, wish.product(), wish.pieces(), wish.deliverTo());
    boolean isNew = book.place(order);
    return ResponseEntity.status(isNew ? HttpStatus.CREATED : HttpStatus.OK).body(order);
  }

  @GetMapping("/orders/{id}")
  ResponseEntity<Order> find(@PathVariable String id) throws SQLException {
    return ResponseEntity.of(java.util.Optional.ofNullable(book.find(id)));
  }

  @GetMapping("/ready")
  String ready() {
    return "ready";
  }

  /** The database is away or refused: nothing was promised, the caller may try again. */
  @ExceptionHandler(SQLException.class)
  ResponseEntity<String> databaseFailed(SQLException failure) {
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .body("database: SQLSTATE " + failure.getSQLState());
  }

  /** What a customer asks for. */
  record Wish(int product, int pieces, String deliverTo) {}
}

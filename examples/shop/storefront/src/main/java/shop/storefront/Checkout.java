package shop.storefront;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import shop.payments.ChargeRequest;
import shop.payments.PaymentsGrpc;
import shop.payments.Receipt;

/** Buys: takes the money, then writes the order. Both may be repeated under the same order id. */
@RestController
class Checkout {
  private final RestClient orders;
  private final PaymentsGrpc.PaymentsBlockingStub payments;

  Checkout(RestClient orders, PaymentsGrpc.PaymentsBlockingStub payments) {
    this.orders = orders;
    this.payments = payments;
  }

  @PutMapping("/checkout/{id}")
  Bought buy(@PathVariable String id, @RequestBody Basket basket) {
    Receipt receipt =
        payments
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .charge(
                ChargeRequest.newBuilder()
                    .setOrderId(id)
                    .setCents(basket.cents())
                    .setCard(basket.card())
                    .build());
    ResponseEntity<JsonNode> order =
        orders
            .put()
            .uri("/orders/{id}", id)
            .contentType(MediaType.APPLICATION_JSON)
            .body(
                Map.of(
                    "product", basket.product(),
                    "pieces", basket.pieces(),
                    "deliverTo", basket.deliverTo()))
            .retrieve()
            .toEntity(JsonNode.class);
    return new Bought(id, receipt.getNumber(), order.getStatusCode().value());
  }

  /** What a customer wants. */
  record Basket(int product, int pieces, long cents, String card, String deliverTo) {}

  /** What a customer gets. */
  record Bought(String order, String receipt, int orderStatus) {}
}

package shop.orders;

/**
 * An order.
 *
 * @param deliverTo name and address of the customer
 */
public record Order(String id, int product, int pieces, String deliverTo) {}

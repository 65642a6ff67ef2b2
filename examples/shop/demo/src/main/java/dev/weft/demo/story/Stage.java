package dev.weft.demo.story;

import dev.weft.demo.mesh.ControlServer;
import dev.weft.demo.mesh.Instance;
import dev.weft.demo.mesh.Shop;
import dev.weft.demo.mesh.Tap;
import dev.weft.demo.report.Report;
import dev.weft.demo.shopper.Shopper;
import dev.weft.examples.postgres.PostgresServer;
import java.util.List;

/**
 * What the steps play with.
 *
 * @param tap between everybody and the orders
 */
public record Stage(
    ControlServer control,
    Shop shop,
    Shopper shopper,
    Cast cast,
    Tap tap,
    PostgresServer primary,
    PostgresServer standby,
    Narrator narrator,
    Report report) {

  /** The instances, which change as some die and are replaced. */
  public static final class Cast {
    volatile Instance catalogA;
    volatile Instance catalogB;
    final Instance catalogV2;
    final Instance orders;
    final Instance payments;
    final Instance recommendations;
    final Instance storefront;

    /** Two instances of the catalog's first version, one of each other. */
    public Cast(
        Instance catalogA,
        Instance catalogB,
        Instance catalogV2,
        Instance orders,
        Instance payments,
        Instance recommendations,
        Instance storefront) {
      this.catalogA = catalogA;
      this.catalogB = catalogB;
      this.catalogV2 = catalogV2;
      this.orders = orders;
      this.payments = payments;
      this.recommendations = recommendations;
      this.storefront = storefront;
    }

    /** The orders, behind the tap. */
    public Instance orders() {
      return orders;
    }

    /** Where a browser finds the shop. */
    public String address() {
      return storefront.address();
    }

    /** All that run now. */
    public List<Instance> all() {
      return List.of(catalogA, catalogB, catalogV2, orders, payments, recommendations, storefront);
    }
  }
}

package shop.catalog;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the catalog: what the shop sells. */
@SpringBootApplication
public class Catalog {
  public static void main(String[] args) {
    SpringApplication.run(Catalog.class, args);
  }
}

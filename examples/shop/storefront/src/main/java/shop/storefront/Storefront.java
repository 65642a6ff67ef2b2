package shop.storefront;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the storefront: what customers see. */
@SpringBootApplication
public class Storefront {
  public static void main(String[] args) {
    SpringApplication.run(Storefront.class, args);
  }
}

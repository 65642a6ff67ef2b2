package shop.orders;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Starts the order book, kept in PostgreSQL. */
@SpringBootApplication
public class Orders {
  public static void main(String[] args) {
    SpringApplication.run(Orders.class, args);
  }

  @Bean
  HikariDataSource dataSource(
      @Value("${orders.db-url}") String url,
      @Value("${orders.db-user}") String user,
      @Value("${orders.db-password}") String password) {
    var pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setUsername(user);
    pool.setPassword(password);
    pool.setAutoCommit(false);
    pool.setMaximumPoolSize(8);
    // An order waits this long for the database before the customer is told to come back.
    pool.setConnectionTimeout(20_000);
    return pool;
  }
}

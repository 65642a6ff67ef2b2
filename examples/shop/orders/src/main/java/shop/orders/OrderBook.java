package shop.orders;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Orders in PostgreSQL. What {@link #place} has returned from is committed. */
@Repository
class OrderBook {
  private final DataSource database;
  private volatile boolean tableKnown;

  OrderBook(DataSource database) {
    this.database = database;
  }

  /**
   * Writes the order unless there is one of that id.
   *
   * @return whether it is new
   */
  boolean place(Order order) throws SQLException {
    try (Connection connection = database.getConnection()) {
      createTableOnce(connection);
      boolean isNew;
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO orders (id, product, pieces, deliver_to) VALUES (?, ?, ?, ?)"
                  + " ON CONFLICT DO NOTHING")) {
        insert.setString(1, order.id());
        insert.setInt(2, order.product());
        insert.setInt(3, order.pieces());
        insert.setString(4, order.deliverTo());
        isNew = insert.executeUpdate() == 1;
      }
      connection.commit();
      return isNew;
    }
  }

  @Nullable Order find(String id) throws SQLException {
    try (Connection connection = database.getConnection()) {
      createTableOnce(connection);
      try (var select =
          connection.prepareStatement(
              "SELECT product, pieces, deliver_to FROM orders WHERE id = ?")) {
        select.setString(1, id);
        try (var row = select.executeQuery()) {
          return row.next() ? new Order(id, row.getInt(1), row.getInt(2), row.getString(3)) : null;
        }
      } finally {
        connection.rollback();
      }
    }
  }

  private void createTableOnce(Connection connection) throws SQLException {
    if (tableKnown) {
      return;
    }
    synchronized (this) {
      if (!tableKnown) {
        try (var statement = connection.createStatement()) {
          statement.execute(
              "CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, product int NOT NULL,"
                  + " pieces int NOT NULL, deliver_to text NOT NULL)");
        }
        connection.commit();
        tableKnown = true;
      }
    }
  }
}

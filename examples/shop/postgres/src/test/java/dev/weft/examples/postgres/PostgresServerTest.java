package dev.weft.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

  @Test
  void whatASynchronousPrimaryAcknowledgedSurvivesItsDeath() throws Exception {
    try (var home = PostgresHome.create();
        var primary = PostgresServer.primary(home, "first");
        var standby = PostgresServer.synchronousStandby(primary, "second")) {
      try (var connection = DriverManager.getConnection(primary.url(), "shop", "shop")) {
        execute(connection, "CREATE TABLE t (id int)");
        execute(connection, "INSERT INTO t VALUES (1)");
        assertThat(query(connection, "SELECT sync_state FROM pg_stat_replication"))
            .isEqualTo("sync");
      }

      primary.kill();
      standby.promote();

      try (var connection = DriverManager.getConnection(standby.url(), "shop", "shop")) {
        assertThat(query(connection, "SELECT count(*) FROM t")).isEqualTo("1");
        execute(connection, "INSERT INTO t VALUES (2)");
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}

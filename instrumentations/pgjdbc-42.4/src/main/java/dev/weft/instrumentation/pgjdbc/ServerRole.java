package dev.weft.instrumentation.pgjdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.SetupQueryRunner;
import org.postgresql.core.Tuple;

/** Tells a hot standby from a server that takes writes. */
public final class ServerRole {
  private ServerRole() {}

  /** Asks only servers before PostgreSQL 14; newer ones say it while they log in. */
  static boolean isStandby(QueryExecutor executor) throws SQLException {
    String status = executor.getParameterStatus("in_hot_standby");
    if (status != null) {
      return status.equals("on");
    }
    Tuple row = SetupQueryRunner.run(executor, "SELECT pg_is_in_recovery()", true);
    byte[] value = row == null ? null : row.get(0);
    return value != null && new String(value, StandardCharsets.US_ASCII).startsWith("t");
  }
}

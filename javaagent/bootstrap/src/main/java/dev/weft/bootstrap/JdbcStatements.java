package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/** Accounts JDBC statements. */
public interface JdbcStatements {

  /**
   * Records one executed statement.
   *
   * @param system {@code db.system.name} of the OTel semantic conventions, such as {@code
   *     postgresql}
   * @param host logical host of the connection's URL
   * @param kind first keyword in upper case, {@code SELECT}, {@code INSERT} …; never the statement
   *     itself, which may hold data
   * @param nanos duration
   * @param failure what the driver threw, or null
   */
  void executed(
      String system, String host, int port, String kind, long nanos, @Nullable Throwable failure);
}

package dev.weft.instrumentation.pgjdbc;

import org.jspecify.annotations.Nullable;
import org.postgresql.core.Query;
import org.postgresql.core.SqlCommand;
import org.postgresql.core.SqlCommandType;

/**
 * The first keyword of a statement, out of a fixed set: metrics must neither grow with what
 * applications send nor show it.
 */
public final class StatementKind {
  /** What is none of the known keywords. */
  static final String OTHER = "OTHER";

  private static final String[] KEYWORDS = {
    "COMMIT",
    "BEGIN",
    "ROLLBACK",
    "SET",
    "SHOW",
    "SAVEPOINT",
    "RELEASE",
    "CALL",
    "COPY",
    "DROP",
    "TRUNCATE",
    "MERGE",
    "VALUES",
    "EXPLAIN",
    "LOCK",
    "FETCH",
    "DECLARE",
    "CLOSE",
    "START",
    "END",
    "LISTEN",
    "UNLISTEN",
    "NOTIFY",
    "ANALYZE",
    "VACUUM",
    "GRANT",
    "REVOKE",
    "DO",
    "DISCARD",
    "RESET",
    "REFRESH",
    "REINDEX",
    "COMMENT",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "INSERT",
    "UPDATE",
    "DELETE",
    "SELECT",
    "WITH",
    "CREATE",
    "ALTER",
    "MOVE"
  };

  private StatementKind() {}

  /**
   * Returns the kind of a driver's {@code Query}, or of the first in a {@code Query[]}.
   *
   * @return in upper case; {@link #OTHER} when unknown
   */
  public static String of(Object query) {
    Query first = first(query);
    if (first == null) {
      return OTHER;
    }
    // The driver has parsed the commonest already.
    SqlCommand command = first.getSqlCommand();
    SqlCommandType type = command == null ? SqlCommandType.BLANK : command.getType();
    return type == SqlCommandType.BLANK ? ofSql(first.getNativeSql()) : type.name();
  }

  private static @Nullable Query first(Object query) {
    Query first = null;
    if (query instanceof Query) {
      first = (Query) query;
    } else if (query instanceof Query[] && ((Query[]) query).length > 0) {
      first = ((Query[]) query)[0];
    }
    Query[] parts = first == null ? null : first.getSubqueries();
    return parts == null || parts.length == 0 ? first : parts[0];
  }

  /** Reads the keyword behind white space, comments and parentheses. */
  static String ofSql(String sql) {
    int at = skipBlank(sql);
    for (String keyword : KEYWORDS) {
      int end = at + keyword.length();
      if (sql.regionMatches(true, at, keyword, 0, keyword.length())
          && (end == sql.length() || !Character.isJavaIdentifierPart(sql.charAt(end)))) {
        return keyword;
      }
    }
    return OTHER;
  }

  private static int skipBlank(String sql) {
    int at = 0;
    while (at < sql.length()) {
      if (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == '(') {
        at++;
      } else if (sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end + 1;
      } else if (sql.startsWith("/*", at)) {
        int end = sql.indexOf("*/", at + 2);
        at = end < 0 ? sql.length() : end + 2;
      } else {
        return at;
      }
    }
    return at;
  }
}

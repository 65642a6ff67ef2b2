package dev.weft.instrumentation.pgjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementKindTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          set role x                      | SET
          -- a note\\ncommit              | COMMIT
          /* a /* note */ ROLLBACK        | ROLLBACK
          ((select 1))                    | SELECT
          settle                          | OTHER
          'password=geheim'               | OTHER
          --                              | OTHER
          """)
  void onlyAKnownKeywordIsShown(String sql, String kind) {
    assertThat(StatementKind.ofSql(sql.replace("\\n", "\n"))).isEqualTo(kind);
  }
}

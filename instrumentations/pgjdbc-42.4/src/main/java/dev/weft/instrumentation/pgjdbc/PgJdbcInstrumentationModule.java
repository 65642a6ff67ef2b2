package dev.weft.instrumentation.pgjdbc;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** The PostgreSQL JDBC driver, 42.4 and newer. */
public final class PgJdbcInstrumentationModule extends InstrumentationModule {
  private static final String HERE = "dev.weft.instrumentation.pgjdbc.";

  public PgJdbcInstrumentationModule() {
    super("weft-pgjdbc", "weft-pgjdbc-42.4");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new PgConnectInstrumentation(),
        new PgSocketInstrumentation(),
        new PgCancelInstrumentation(),
        new PgStatementInstrumentation());
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.startsWith(HERE);
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(
        HERE + "ConnectionLease",
        HERE + "GovernedSocket",
        HERE + "GovernedHost",
        HERE + "ServerRole",
        HERE + "PinnedServers",
        HERE + "GovernedConnect",
        HERE + "StatementKind",
        HERE + "PgConnectInstrumentation$Open",
        HERE + "PgSocketInstrumentation$CreateSocket",
        HERE + "PgCancelInstrumentation$SendCancel",
        HERE + "PgStatementInstrumentation$Execute");
  }
}

package dev.weft.instrumentation.pgjdbc;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.QueryExecutor;
import org.postgresql.util.HostSpec;

/**
 * Accounts statements where all of them pass: simple, prepared and batched ones, and the driver's
 * own COMMIT and ROLLBACK. A batch counts once.
 */
public final class PgStatementInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.postgresql.core.v3.QueryExecutorImpl");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    // The overloads without the last argument (adaptive fetch) call those with it.
    transformer.applyAdviceToMethod(
        named("execute").and(takesArguments(7)).and(takesArgument(6, boolean.class)),
        getClass().getName() + "$Execute");
  }

  /** Advice on {@code void execute(Query or Query[], …)}. */
  public static final class Execute {
    private Execute() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static long enter() {
      return Mesh.engine() == null ? 0 : System.nanoTime();
    }

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static void exit(
        @Advice.This QueryExecutor executor,
        @Advice.Argument(0) Object query,
        @Advice.Enter long start,
        @Advice.Thrown @Nullable Throwable failure) {
      MeshEngine engine = Mesh.engine();
      if (engine == null || start == 0) {
        return;
      }
      HostSpec host = executor.getHostSpec();
      engine
          .jdbc()
          .executed(
              "postgresql",
              host.getHost(),
              host.getPort(),
              StatementKind.of(query),
              System.nanoTime() - start,
              failure);
    }
  }
}

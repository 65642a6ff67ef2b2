package dev.weft.instrumentation.pgjdbc;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.postgresql.core.QueryExecutorBase;

/** Sends a cancel request to the very server that runs the statement, by a socket of its own. */
public final class PgCancelInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.postgresql.core.QueryExecutorBase");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("sendQueryCancel").and(takesNoArguments()), getClass().getName() + "$SendCancel");
  }

  /** Advice on {@code void sendQueryCancel()}. */
  public static final class SendCancel {
    private SendCancel() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This QueryExecutorBase executor) {
      PinnedServers.enter(executor);
    }

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static void exit() {
      PinnedServers.exit();
    }
  }
}

package dev.weft.instrumentation.pgjdbc;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToReturned;
import net.bytebuddy.asm.Advice.AssignReturned.ToThrown;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.PGStream;

/** Connects the driver's socket to the server that the mesh has chosen. */
public final class PgSocketInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.postgresql.core.PGStream");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("createSocket").and(takesArguments(int.class)),
        getClass().getName() + "$CreateSocket");
  }

  /** Advice on {@code Socket createSocket(int timeoutMillis)}. */
  public static final class CreateSocket {
    private CreateSocket() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(
        @Advice.This PGStream stream, @Advice.Argument(0) int timeoutMillis) {
      return GovernedConnect.socket(stream, timeoutMillis);
    }

    @ToReturned(index = 0, typing = Typing.DYNAMIC)
    @ToThrown(index = 1, typing = Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static Object @Nullable [] exit(@Advice.Enter @Nullable Object governed) {
      return (Object[]) governed;
    }
  }
}

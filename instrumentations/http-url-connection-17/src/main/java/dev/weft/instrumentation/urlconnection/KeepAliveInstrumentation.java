package dev.weft.instrumentation.urlconnection;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code KeepAliveCache}: what is kept for one endpoint and identity serves no other. */
public final class KeepAliveInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("sun.net.www.http.KeepAliveCache");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = KeepAliveInstrumentation.class.getName();
    transformer.applyAdviceToMethod(named("get").and(takesArguments(2)), here + "$GetAdvice");
    transformer.applyAdviceToMethod(named("put").and(takesArguments(3)), here + "$PutAdvice");
  }

  /** Looks under the endpoint that this thread is opening for. */
  public static final class GetAdvice {
    private GetAdvice() {}

    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(1))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter() {
      return Hooks.keptUnder(null);
    }
  }

  /** Keeps a governed connection under its endpoint. */
  public static final class PutAdvice {
    private PutAdvice() {}

    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(1))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter(
        @Advice.Argument(value = 2, typing = Assigner.Typing.DYNAMIC) Object client) {
      return Hooks.keptUnder(client);
    }
  }
}

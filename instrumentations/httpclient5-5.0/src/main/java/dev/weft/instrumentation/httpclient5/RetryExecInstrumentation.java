package dev.weft.instrumentation.httpclient5;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.jspecify.annotations.Nullable;

/** Puts {@link MeshRetryStrategy} around the strategy of the library's own retries. */
public final class RetryExecInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.hc.client5.http.impl.classic.HttpRequestRetryExec");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        isConstructor()
            .and(takesArgument(0, named("org.apache.hc.client5.http.HttpRequestRetryStrategy"))),
        ConstructorAdvice.class.getName());
  }

  /** Before the strategy is stored. */
  public static final class ConstructorAdvice {
    private ConstructorAdvice() {}

    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(0))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable HttpRequestRetryStrategy enter(
        @Advice.Argument(0) @Nullable HttpRequestRetryStrategy strategy) {
      return MeshRetryStrategy.around(strategy);
    }
  }
}

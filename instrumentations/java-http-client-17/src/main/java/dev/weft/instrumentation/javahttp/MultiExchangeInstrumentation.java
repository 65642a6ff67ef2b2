package dev.weft.instrumentation.javahttp;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** {@code MultiExchange}: a request of the application with its redirects. */
public final class MultiExchangeInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("jdk.internal.net.http.MultiExchange");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("responseAsync").and(takesArguments(1)),
        MultiExchangeInstrumentation.class.getName() + "$SendAdvice");
  }

  /** Still on the application's thread: remembers its scope. */
  public static final class SendAdvice {
    private SendAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This Object multi) {
      Hooks.remember(multi);
    }
  }
}

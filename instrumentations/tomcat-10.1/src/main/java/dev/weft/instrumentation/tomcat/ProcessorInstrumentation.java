package dev.weft.instrumentation.tomcat;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.coyote.AbstractProcessor;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** Notes on every request which connection it came by. */
public final class ProcessorInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.coyote.AbstractProcessor");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("setSocketWrapper").and(takesArguments(1)), getClass().getName() + "$Attached");
  }

  /** Advice on {@code AbstractProcessor.setSocketWrapper(SocketWrapperBase)}. */
  public static final class Attached {
    private Attached() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(
        @Advice.This AbstractProcessor processor,
        @Advice.Argument(0) @Nullable SocketWrapperBase<?> wrapper) {
      ServedRequest.cameBy(processor, wrapper);
    }
  }
}

package dev.weft.loader.sample.broken;

import static net.bytebuddy.matcher.ElementMatchers.named;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Breaks the rule that advice is never inlined. */
public class InlinedAdviceModule extends InstrumentationModule {
  public InlinedAdviceModule() {
    super("inlined");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new TypeInstrumentation() {
          @Override
          public ElementMatcher<TypeDescription> typeMatcher() {
            return named("inlined.Target");
          }

          @Override
          public void transform(TypeTransformer transformer) {
            transformer.applyAdviceToMethod(named("answer"), InlinedAdvice.class.getName());
          }
        });
  }

  /** Inlined. */
  public static class InlinedAdvice {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    public static void enter() {}
  }
}

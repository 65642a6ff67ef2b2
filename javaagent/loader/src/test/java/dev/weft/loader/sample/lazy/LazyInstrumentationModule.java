package dev.weft.loader.sample.lazy;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Counts its instances. */
public class LazyInstrumentationModule extends InstrumentationModule {
  public static int instances;

  public LazyInstrumentationModule() {
    super("lazy");
    instances++;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(new Both());
  }

  /** The matchers. */
  public static class Both implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return namedOneOf("lazy.Old", "lazy.Fresh").or(named("lazy.Changed"));
    }

    @Override
    public void transform(TypeTransformer transformer) {
      transformer.applyAdviceToMethod(named("answer"), Answer.class.getName());
    }
  }

  /** Replaces the answer. */
  public static class Answer {
    @Advice.AssignReturned.ToReturned
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static int exit(@Advice.Return int answer) {
      return answer + 1;
    }
  }
}

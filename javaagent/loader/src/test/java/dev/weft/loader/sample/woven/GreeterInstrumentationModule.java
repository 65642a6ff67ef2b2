package dev.weft.loader.sample.woven;

import static net.bytebuddy.matcher.ElementMatchers.named;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Weaves {@code Greeter}: polite on the way out, short-circuits "nobody", fails on "trouble". */
public class GreeterInstrumentationModule extends InstrumentationModule {
  /** How many were made, for the index test. */
  public static int instances;

  public GreeterInstrumentationModule() {
    super("greeter");
    instances++;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(new GreeterInstrumentation());
  }

  /** The matchers. */
  public static class GreeterInstrumentation implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named("dev.weft.loader.sample.greeter.Greeter");
    }

    @Override
    public void transform(TypeTransformer transformer) {
      transformer.applyAdviceToMethod(named("greet"), GreetAdvice.class.getName());
      transformer.applyAdviceToMethod(named("shout"), ShoutAdvice.class.getName());
    }
  }

  /** Hands a helper from enter to exit, skips the method when the helper says so. */
  public static class GreetAdvice {
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static Politeness enter(@Advice.Argument(0) String name) {
      return new Politeness(name);
    }

    @Advice.AssignReturned.ToReturned
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static String exit(@Advice.Enter Politeness politeness, @Advice.Return String greeting) {
      return politeness.improve(greeting);
    }
  }

  /** Doubles the argument, or answers in place of the method when there is nothing to shout. */
  public static class ShoutAdvice {
    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(0))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static int enter(@Advice.Argument(0) int times) {
      return times * 2;
    }
  }
}

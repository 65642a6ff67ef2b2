package dev.weft.loader.sample.jdk;

import static net.bytebuddy.matcher.ElementMatchers.named;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import java.util.StringTokenizer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Weaves a class of the bootstrap loader and one of the platform loader. */
public class JdkInstrumentationModule extends InstrumentationModule {
  public JdkInstrumentationModule() {
    super("jdk");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new Type("java.util.StringTokenizer", "countTokens", TokenAdvice.class),
        new Type("java.sql.Timestamp", "getNanos", TimestampAdvice.class));
  }

  /** The matchers. */
  public record Type(String name, String method, Class<?> advice) implements TypeInstrumentation {
    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
      return named(name);
    }

    @Override
    public void transform(TypeTransformer transformer) {
      transformer.applyAdviceToMethod(named(method), advice.getName());
    }
  }

  /** Answers with what only an opened JDK package can tell. */
  public static class TokenAdvice {
    @Advice.AssignReturned.ToReturned
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static int exit(@Advice.This StringTokenizer tokenizer, @Advice.Return int count) {
      return Reached.constructorsOpened() ? -count : count;
    }
  }

  /** Sees {@code java.sql}, which the bootstrap loader does not have. */
  public static class TimestampAdvice {
    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static boolean enter(@Advice.This java.sql.Timestamp timestamp) {
      return timestamp.getTime() == 7000;
    }

    @Advice.AssignReturned.ToReturned
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static int exit(@Advice.Enter boolean skipped, @Advice.Return int nanos) {
      return skipped ? 77 : nanos;
    }
  }
}

package dev.weft.instrumentation.urlconnection;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** {@code HttpURLConnection.HttpInputStream}: the body as the application reads it. */
public final class ResponseStreamInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("sun.net.www.protocol.http.HttpURLConnection$HttpInputStream");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = ResponseStreamInstrumentation.class.getName();
    transformer.applyAdviceToMethod(named("read").and(takesArguments(3)), here + "$ReadAdvice");
    transformer.applyAdviceToMethod(named("close").and(takesArguments(0)), here + "$CloseAdvice");
  }

  /** A body without length ends with its connection; only the reader notices. */
  public static final class ReadAdvice {
    private ReadAdvice() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(@Advice.This Object stream, @Advice.Return int read) {
      if (read < 0 && JdkUrlInternals.READY) {
        UrlCall call = Underway.of(JdkUrlInternals.owner(stream));
        if (call != null) {
          call.end(true);
        }
      }
    }
  }

  /** Closed before its end: what the JDK drains and keeps it has reported by now. */
  public static final class CloseAdvice {
    private CloseAdvice() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(@Advice.This Object stream) {
      if (JdkUrlInternals.READY) {
        UrlCall call = Underway.of(JdkUrlInternals.owner(stream));
        if (call != null) {
          call.end(false);
        }
      }
    }
  }
}

package dev.weft.instrumentation.tomcat;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.tomcat.util.net.AbstractEndpoint;

/** Tells the mesh of ports that open and close. */
public final class EndpointInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.tomcat.util.net.AbstractEndpoint");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("start").and(takesArguments(0)), getClass().getName() + "$Started");
    // The first is what a graceful shutdown calls while requests still run.
    transformer.applyAdviceToMethod(
        namedOneOf("closeServerSocketGraceful", "stop").and(takesArguments(0)),
        getClass().getName() + "$Stopping");
  }

  /** Advice on {@code AbstractEndpoint.start()}. */
  public static final class Started {
    private Started() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(@Advice.This AbstractEndpoint<?, ?> endpoint) {
      HttpEndpoints.started(endpoint);
    }
  }

  /** Advice on the methods that stop accepting. */
  public static final class Stopping {
    private Stopping() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This AbstractEndpoint<?, ?> endpoint) {
      HttpEndpoints.stopping(endpoint);
    }
  }
}

package dev.weft.instrumentation.tomcat;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.AbstractEndpoint;

/** Learns which endpoints speak HTTP/1.1 (not AJP), before they accept their first connection. */
public final class ConnectorInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.coyote.http11.AbstractHttp11Protocol");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(isConstructor(), getClass().getName() + "$Created");
  }

  /** Advice on {@code AbstractHttp11Protocol(AbstractEndpoint)}. */
  public static final class Created {
    private Created() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(
        @Advice.This AbstractHttp11Protocol<?> protocol,
        @Advice.Argument(0) AbstractEndpoint<?, ?> endpoint) {
      HttpEndpoints.add(endpoint, protocol);
    }
  }
}

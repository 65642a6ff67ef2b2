package dev.weft.instrumentation.httpclient5;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;

/**
 * Looks at every connection that the pool hands out for a mesh attempt. A pool may answer a lease
 * with a connection of no state, such as one from before the policy came; only one that this look
 * has found to be right is used, see {@link Steering#leased}.
 */
public final class ManagedConnectionInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("activate").and(takesNoArguments()), ActivateAdvice.class.getName());
  }

  /** After the pool has chosen a connection, on the leasing thread. */
  public static final class ActivateAdvice {
    private ActivateAdvice() {}

    /**
     * The parameter is an {@code Object}: the agent, which has no copy of the library, would have
     * to look up its interface to compare it with the woven class.
     */
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This Object connection) {
      Steering steering = Steering.current();
      if (steering != null) {
        steering.leased((ManagedHttpClientConnection) connection);
      }
    }
  }
}

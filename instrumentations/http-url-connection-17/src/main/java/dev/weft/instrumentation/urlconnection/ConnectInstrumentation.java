package dev.weft.instrumentation.urlconnection;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code NetworkClient}: the socket beneath a connection. */
public final class ConnectInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("sun.net.NetworkClient");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("doConnect").and(takesArguments(2)),
        ConnectInstrumentation.class.getName() + "$ConnectAdvice");
  }

  /** Connects to the endpoint, with mesh TLS on top if the endpoint asks for it. */
  public static final class ConnectAdvice {
    private ConnectAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(@Advice.This Object client) {
      return Hooks.connect(client);
    }

    @Advice.AssignReturned.ToReturned(index = 0, typing = Assigner.Typing.DYNAMIC)
    @Advice.AssignReturned.ToThrown(index = 1, typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static Object @Nullable [] exit(@Advice.Enter @Nullable Object connected) {
      return (Object[]) connected;
    }
  }
}

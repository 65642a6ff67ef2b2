package dev.weft.instrumentation.pgjdbc;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.Properties;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToReturned;
import net.bytebuddy.asm.Advice.AssignReturned.ToThrown;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.v3.ConnectionFactoryImpl;
import org.postgresql.util.HostSpec;

/** Opens a connection as often as the mesh has a server to offer; see {@link GovernedConnect}. */
public final class PgConnectInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.postgresql.core.v3.ConnectionFactoryImpl");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        // By number and not by the driver's type: the module's class loader does not see the
        // driver.
        named("openConnectionImpl").and(takesArguments(2)).and(takesArgument(1, Properties.class)),
        getClass().getName() + "$Open");
  }

  /** Advice on {@code QueryExecutor openConnectionImpl(HostSpec[], Properties)}. */
  public static final class Open {
    private Open() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(
        @Advice.This ConnectionFactoryImpl factory,
        @Advice.Argument(0) HostSpec[] hosts,
        @Advice.Argument(1) Properties info) {
      return GovernedConnect.open(factory, hosts, info);
    }

    @ToReturned(index = 0, typing = Typing.DYNAMIC)
    @ToThrown(index = 1, typing = Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static Object @Nullable [] exit(@Advice.Enter @Nullable Object governed) {
      return (Object[]) governed;
    }
  }
}

package dev.weft.instrumentation.httpclient5;

import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * Steers a connect that belongs to a mesh attempt: the host gets the endpoint's address and port
 * (its name stays, for TLS of the application's own), and mesh TLS goes on top of the connected
 * socket. Everything else, such as socket options and socket factories, stays the library's.
 *
 * <p>All {@code connect} overloads from 5.0 to 5.6 begin with connection and host and take the
 * context last; they call one another, so only the outermost counts.
 */
public final class ConnectionOperatorInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("connect")
            .and(isPublic())
            .and(takesArgument(1, named("org.apache.hc.core5.http.HttpHost"))),
        ConnectAdvice.class.getName());
  }

  /** Around {@code connect}. */
  public static final class ConnectAdvice {
    private ConnectAdvice() {}

    /**
     * Returns the host to connect to and the steering, or null: connect as if we were not there.
     */
    @Advice.AssignReturned.ToArguments(
        @Advice.AssignReturned.ToArguments.ToArgument(
            value = 1,
            index = 0,
            typing = Assigner.Typing.DYNAMIC))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static Object @Nullable [] enter(
        @Advice.Argument(1) HttpHost host, @Advice.AllArguments Object[] arguments) {
      Steering steering = Steering.of(arguments[arguments.length - 1]);
      return steering == null || !steering.begin()
          ? null
          : new Object[] {steering.hostFor(host), steering};
    }

    /** Returns what {@code connect} has to throw, or null to leave it as it is. */
    @Advice.AssignReturned.ToThrown
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static @Nullable Throwable exit(
        @Advice.Enter Object @Nullable [] entered,
        @Advice.Argument(0) ManagedHttpClientConnection connection,
        @Advice.Thrown @Nullable Throwable thrown) {
      return entered == null ? null : ((Steering) entered[1]).connected(connection, thrown);
    }
  }
}

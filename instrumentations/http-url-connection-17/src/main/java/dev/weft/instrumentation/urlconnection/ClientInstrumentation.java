package dev.weft.instrumentation.urlconnection;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.io.IOException;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code HttpClient}, one connection: the request leaves, the response comes, the body is over. */
public final class ClientInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("sun.net.www.http.HttpClient");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = ClientInstrumentation.class.getName();
    transformer.applyAdviceToMethod(
        named("writeRequests").and(takesArguments(3)), here + "$SendAdvice");
    transformer.applyAdviceToMethod(named("parseHTTP"), here + "$ResponseAdvice");
    transformer.applyAdviceToMethod(
        named("finished").and(takesArguments(0)), here + "$FinishedAdvice");
    transformer.applyAdviceToMethod(
        named("closeServer").and(takesArguments(0)), here + "$ClosedAdvice");
  }

  /** Puts the mesh's changes into a copy of the request's head. */
  public static final class SendAdvice {
    private SendAdvice() {}

    @Advice.AssignReturned.ToArguments(
        @Advice.AssignReturned.ToArguments.ToArgument(value = 0, typing = Assigner.Typing.DYNAMIC))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter(
        @Advice.This Object client,
        @Advice.Argument(value = 0, typing = Assigner.Typing.DYNAMIC) Object requests) {
      UrlCall call = Underway.of(client);
      return call == null ? null : call.sending(requests);
    }
  }

  /** Reports the response's head, or its absence, which an answer of the mesh may replace. */
  public static final class ResponseAdvice {
    private ResponseAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter(@Advice.This Object client) throws IOException {
      UrlCall call = Underway.of(client);
      if (call != null) {
        call.awaiting(client);
      }
      return call;
    }

    @Advice.AssignReturned.ToThrown(index = 0, typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static @Nullable Object @Nullable [] exit(
        @Advice.This Object client,
        @Advice.Argument(value = 0, typing = Assigner.Typing.DYNAMIC) Object responses,
        @Advice.Enter @Nullable Object entered,
        @Advice.Thrown @Nullable Throwable thrown)
        throws IOException {
      if (entered == null) {
        return null;
      }
      UrlCall call = (UrlCall) entered;
      if (thrown == null) {
        call.responded(client, responses);
        return null;
      }
      return call.failed(client, responses, thrown) ? new Object[] {null} : null;
    }
  }

  /** The body is over and the connection may be kept. */
  public static final class FinishedAdvice {
    private FinishedAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This Object client) {
      UrlCall call = Underway.of(client);
      if (call != null && !JdkUrlInternals.reused(client)) {
        call.end(true);
      }
    }
  }

  /** The connection is given up. */
  public static final class ClosedAdvice {
    private ClosedAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This Object client) {
      UrlCall call = Underway.of(client);
      if (call != null) {
        call.end(false);
      }
    }
  }
}

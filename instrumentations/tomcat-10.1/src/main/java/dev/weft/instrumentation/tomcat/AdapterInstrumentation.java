package dev.weft.instrumentation.tomcat;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.jspecify.annotations.Nullable;

/** Judges requests where Coyote hands them to the container, ahead of every valve and filter. */
public final class AdapterInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.catalina.connector.CoyoteAdapter");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("service").and(takesArguments(2)), getClass().getName() + "$Service");
    transformer.applyAdviceToMethod(
        named("asyncDispatch").and(takesArguments(3)), getClass().getName() + "$AsyncDispatch");
  }

  /** Advice on {@code CoyoteAdapter.service(Request, Response)}. */
  public static final class Service {
    private Service() {}

    /** Returns true, which skips the container, when the mesh has answered itself. */
    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static boolean enter(
        @Advice.This CoyoteAdapter adapter,
        @Advice.Argument(0) Request request,
        @Advice.Argument(1) Response response) {
      return ServedRequest.begin(adapter, request, response);
    }

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static void exit(
        @Advice.Argument(0) Request request,
        @Advice.Argument(1) Response response,
        @Advice.Thrown @Nullable Throwable failure) {
      ServedRequest.leave(request, response, failure);
    }
  }

  /** Advice on {@code CoyoteAdapter.asyncDispatch(Request, Response, SocketEvent)}. */
  public static final class AsyncDispatch {
    private AsyncDispatch() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.Argument(0) Request request) {
      ServedRequest.resume(request);
    }

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static void exit(
        @Advice.Argument(0) Request request,
        @Advice.Argument(1) Response response,
        @Advice.Thrown @Nullable Throwable failure) {
      ServedRequest.leave(request, response, failure);
    }
  }
}

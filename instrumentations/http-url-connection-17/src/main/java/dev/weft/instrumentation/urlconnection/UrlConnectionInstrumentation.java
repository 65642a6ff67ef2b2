package dev.weft.instrumentation.urlconnection;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.net.Proxy;
import java.net.URL;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code HttpURLConnection}: where a hop gets its connection. */
public final class UrlConnectionInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("sun.net.www.protocol.http.HttpURLConnection");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = UrlConnectionInstrumentation.class.getName();
    transformer.applyAdviceToMethod(
        named("getNewHttpClient").and(takesArguments(3)), here + "$ClientAdvice");
    transformer.applyAdviceToMethod(
        named("getNewHttpClient").and(takesArguments(4)), here + "$FreshClientAdvice");
    transformer.applyAdviceToMethod(
        named("setNewClient").and(takesArguments(2)), here + "$ReconnectAdvice");
  }

  /** Governs the hop, with a kept connection if there is one. */
  public static final class ClientAdvice {
    private ClientAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(
        @Advice.This Object connection,
        @Advice.Argument(0) URL url,
        @Advice.Argument(1) @Nullable Proxy proxy,
        @Advice.Argument(2) int connectTimeout) {
      return Hooks.open(connection, url, proxy, connectTimeout, true);
    }

    @Advice.AssignReturned.ToReturned(index = 0, typing = Assigner.Typing.DYNAMIC)
    @Advice.AssignReturned.ToThrown(index = 1, typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static Object @Nullable [] exit(@Advice.Enter @Nullable Object opened) {
      return (Object[]) opened;
    }
  }

  /** Governs the hop over a new connection, unless told otherwise. */
  public static final class FreshClientAdvice {
    private FreshClientAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(
        @Advice.This Object connection,
        @Advice.Argument(0) URL url,
        @Advice.Argument(1) @Nullable Proxy proxy,
        @Advice.Argument(2) int connectTimeout,
        @Advice.Argument(3) boolean useCache) {
      return Hooks.open(connection, url, proxy, connectTimeout, useCache);
    }

    @Advice.AssignReturned.ToReturned(index = 0, typing = Assigner.Typing.DYNAMIC)
    @Advice.AssignReturned.ToThrown(index = 1, typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static Object @Nullable [] exit(@Advice.Enter @Nullable Object opened) {
      return (Object[]) opened;
    }
  }

  /** A kept connection failed while writing: the JDK's second one goes to the same endpoint. */
  public static final class ReconnectAdvice {
    private ReconnectAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter(@Advice.This Object connection) {
      UrlCall call = Underway.of(connection);
      if (call != null) {
        Underway.open(call);
      }
      return call;
    }

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class, onThrowable = Throwable.class)
    public static void exit(@Advice.Enter @Nullable Object call) {
      if (call != null) {
        Underway.open(null);
      }
    }
  }
}

package dev.weft.instrumentation.javahttp;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.weft.bootstrap.Attempt;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code Exchange}: one request and its response, below redirects, above the connections. */
public final class ExchangeInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("jdk.internal.net.http.Exchange");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = ExchangeInstrumentation.class.getName();
    transformer.applyAdviceToMethod(
        named("responseAsync").and(takesArguments(0)), here + "$ResponseAdvice");
    transformer.applyAdviceToMethod(
        named("readBodyAsync").and(takesArguments(1)), here + "$ReadReplyAdvice");
    transformer.applyAdviceToMethod(
        named("readBodyAsync").and(takesArguments(1)), here + "$WatchBodyAdvice");
    transformer.applyAdviceToMethod(
        named("nullBody").and(takesArguments(2)), here + "$NoBodyAdvice");
    transformer.applyAdviceToMethod(
        named("released").and(takesArguments(0)), here + "$ReleasedAdvice");
    transformer.applyAdviceToMethod(
        named("remainingConnectTimeout").and(takesArguments(0)), here + "$ConnectTimeoutAdvice");
  }

  /** Puts a governed call in the exchange's place. */
  public static final class ResponseAdvice {
    private ResponseAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(@Advice.This Object exchange) {
      return Hooks.begin(exchange);
    }

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(@Advice.Enter @Nullable Object governed) {
      return governed;
    }
  }

  /** Reads a reply of the mesh, which has no connection to read from. */
  public static final class ReadReplyAdvice {
    private ReadReplyAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(
        @Advice.This Object exchange,
        @Advice.Argument(value = 0, typing = Assigner.Typing.DYNAMIC) Object handler) {
      Reply reply = Hooks.replyOf(exchange);
      return reply == null ? null : reply.read((HttpResponse.BodyHandler<?>) handler);
    }

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(@Advice.Enter @Nullable Object body) {
      return body;
    }
  }

  /** Watches for the end of a governed response's body. */
  public static final class WatchBodyAdvice {
    private WatchBodyAdvice() {}

    @Advice.AssignReturned.ToArguments(
        @Advice.AssignReturned.ToArguments.ToArgument(value = 0, typing = Assigner.Typing.DYNAMIC))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable Object enter(
        @Advice.This Object exchange,
        @Advice.Argument(value = 0, typing = Assigner.Typing.DYNAMIC) Object handler) {
      Try delivered = Hooks.attemptOf(exchange);
      return delivered == null
          ? null
          : EndOfBody.watch((HttpResponse.BodyHandler<?>) handler, delivered);
    }
  }

  /** Spares a reply of the mesh the way to a connection that is not there. */
  public static final class NoBodyAdvice {
    private NoBodyAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static boolean enter(@Advice.This Object exchange) {
      return Hooks.replyOf(exchange) != null;
    }
  }

  /** A redirect or a challenge was answered with another exchange: this one's body is over. */
  public static final class ReleasedAdvice {
    private ReleasedAdvice() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This Object exchange) {
      Try delivered = Hooks.attemptOf(exchange);
      if (delivered != null) {
        delivered.end(Attempt.End.COMPLETE);
      }
    }
  }

  /** Gives every attempt a connect timeout of its own: the smaller of policy's and client's. */
  public static final class ConnectTimeoutAdvice {
    private ConnectTimeoutAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(@Advice.This Object exchange) {
      Try attempt = Hooks.attemptOf(exchange);
      if (attempt == null) {
        return null;
      }
      Optional<Duration> ofClient =
          JdkHttpInternals.client(JdkHttpInternals.multi(exchange)).connectTimeout();
      long nanos = attempt.attempt.connectTimeoutNanos();
      if (nanos <= 0) {
        return ofClient;
      }
      Duration policy = Duration.ofNanos(nanos);
      return ofClient.isPresent() && ofClient.get().compareTo(policy) < 0
          ? ofClient
          : Optional.of(policy);
    }

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(@Advice.Enter @Nullable Object timeout) {
      return timeout;
    }
  }
}

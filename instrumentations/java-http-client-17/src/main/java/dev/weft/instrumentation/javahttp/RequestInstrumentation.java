package dev.weft.instrumentation.javahttp;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code HttpRequestImpl}: where to connect, and whether over TLS. The URI stays as it is. */
public final class RequestInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("jdk.internal.net.http.HttpRequestImpl");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = RequestInstrumentation.class.getName();
    transformer.applyAdviceToMethod(
        named("getAddress").and(takesArguments(0)), here + "$AddressAdvice");
    transformer.applyAdviceToMethod(named("secure").and(takesArguments(0)), here + "$SecureAdvice");
  }

  /** The attempt's endpoint, without a look-up in DNS. */
  public static final class AddressAdvice {
    private AddressAdvice() {}

    @Advice.OnMethodEnter(
        inline = false,
        suppress = Throwable.class,
        skipOn = Advice.OnNonDefaultValue.class)
    public static @Nullable Object enter(@Advice.This Object request) {
      Try attempt = Hooks.attempt(request);
      return attempt == null ? null : attempt.address;
    }

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(@Advice.Enter @Nullable Object address) {
      return address;
    }
  }

  /** Mesh TLS makes the request secure: the client then negotiates HTTP/2 as it does for https. */
  public static final class SecureAdvice {
    private SecureAdvice() {}

    @Advice.AssignReturned.ToReturned
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static boolean exit(@Advice.This Object request, @Advice.Return boolean secure) {
      if (secure) {
        return true;
      }
      Try attempt = Hooks.attempt(request);
      return attempt != null && attempt.address.tls != null;
    }
  }
}

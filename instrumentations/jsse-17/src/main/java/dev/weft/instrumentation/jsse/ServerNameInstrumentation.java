package dev.weft.instrumentation.jsse;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.weft.bootstrap.IstioServerName;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.lang.reflect.Method;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Lets {@code SNIHostName(byte[])}, which only a server calls, accept Istio's server names. The
 * strict call to {@code IDN.toASCII} in it is replaced; the constructor that clients call with a
 * String stays as it is.
 */
public final class ServerNameInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("javax.net.ssl.SNIHostName");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyTransformer(
        (builder, type, loader, module, domain) ->
            builder.visit(
                MemberSubstitution.relaxed()
                    .method(named("toASCII").and(takesArguments(String.class, int.class)))
                    .replaceWith(lenient())
                    .on(isConstructor().and(takesArguments(byte[].class)))));
  }

  private static Method lenient() {
    try {
      return IstioServerName.class.getMethod("toAscii", String.class, int.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}

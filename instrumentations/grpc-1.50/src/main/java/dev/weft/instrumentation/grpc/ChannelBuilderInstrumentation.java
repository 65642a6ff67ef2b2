package dev.weft.instrumentation.grpc;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.grpc.ClientInterceptor;
import io.grpc.internal.ManagedChannelImplBuilder;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Puts our interceptor into every channel, innermost: the application's interceptors run once per
 * logical call, ours makes the attempts below them.
 */
public final class ChannelBuilderInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.internal.ManagedChannelImplBuilder");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        isConstructor().and(takesArgument(0, String.class)), getClass().getName() + "$Created");
    transformer.applyAdviceToMethod(
        named("getEffectiveInterceptors"), getClass().getName() + "$Interceptors");
  }

  /**
   * Advice on the constructors that take a target; those for one address have no name to look up.
   */
  public static final class Created {
    private Created() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(
        @Advice.This ManagedChannelImplBuilder builder, @Advice.Argument(0) String target) {
      ChannelTarget.remember(builder, target);
    }
  }

  /** Advice on {@code ManagedChannelImplBuilder.getEffectiveInterceptors()}. */
  public static final class Interceptors {
    private Interceptors() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    @Advice.AssignReturned.ToReturned
    public static List<ClientInterceptor> exit(
        @Advice.This ManagedChannelImplBuilder builder,
        @Advice.Return List<ClientInterceptor> interceptors) {
      return MeshClientInterceptor.innermost(builder, interceptors);
    }
  }
}

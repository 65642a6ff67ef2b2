package dev.weft.instrumentation.grpc;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.grpc.LoadBalancer;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Lets our connections live and end with the channel's own load balancer. */
public final class BalancerInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.internal.AutoConfiguredLoadBalancerFactory$AutoConfiguredLoadBalancer");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        isConstructor().and(takesArguments(2)), getClass().getName() + "$Created");
    transformer.applyAdviceToMethod(
        named("shutdown").and(takesArguments(0)), getClass().getName() + "$Shutdown");
  }

  /** Advice on the constructor of the inner class: its outer instance is the first argument. */
  public static final class Created {
    private Created() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(
        @Advice.This Object balancer, @Advice.Argument(1) LoadBalancer.Helper helper) {
      MeshBalancer.created(balancer, helper);
    }
  }

  /** Advice on {@code AutoConfiguredLoadBalancer.shutdown()}. */
  public static final class Shutdown {
    private Shutdown() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(@Advice.This Object balancer) {
      MeshBalancer.shutdown(balancer);
    }
  }
}

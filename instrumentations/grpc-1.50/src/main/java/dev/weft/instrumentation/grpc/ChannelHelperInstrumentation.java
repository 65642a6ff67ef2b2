package dev.weft.instrumentation.grpc;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Puts our picker over that of the channel's own load balancer, whatever that is. */
public final class ChannelHelperInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.internal.ManagedChannelImpl$LbHelperImpl");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("updateBalancingState").and(takesArguments(2)), getClass().getName() + "$Update");
  }

  /** Advice on {@code LbHelperImpl.updateBalancingState(ConnectivityState, SubchannelPicker)}. */
  public static final class Update {
    private Update() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(1))
    public static LoadBalancer.SubchannelPicker enter(
        @Advice.This LoadBalancer.Helper helper,
        @Advice.Argument(0) ConnectivityState state,
        @Advice.Argument(1) LoadBalancer.SubchannelPicker picker) {
      return MeshBalancer.over(helper, state, picker);
    }
  }
}

package dev.weft.instrumentation.grpc.netty;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.channel.ChannelHandler;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Puts our negotiation ahead of the plaintext one, on both sides. Channels and servers with TLS of
 * their own negotiate by other classes and are left alone.
 */
public final class NettyNegotiationInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.netty.ProtocolNegotiators$PlaintextProtocolNegotiator");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("newHandler").and(takesArguments(1)), getClass().getName() + "$NewHandler");
  }

  /** Advice on {@code PlaintextProtocolNegotiator.newHandler(GrpcHttp2ConnectionHandler)}. */
  public static final class NewHandler {
    private NewHandler() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    @Advice.AssignReturned.ToReturned
    public static ChannelHandler exit(
        @Advice.Argument(0) GrpcHttp2ConnectionHandler grpc,
        @Advice.Return ChannelHandler plaintext) {
      return NettyNegotiation.ahead(grpc, plaintext);
    }
  }
}

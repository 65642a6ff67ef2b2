package dev.weft.instrumentation.grpc.netty;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.weft.instrumentation.grpc.ServerPorts;
import io.grpc.internal.InternalServer;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Tells the mesh of ports that open and close. */
public final class NettyServerInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.netty.NettyServer");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        named("start").and(takesArguments(1)), getClass().getName() + "$Start");
    transformer.applyAdviceToMethod(
        named("shutdown").and(takesArguments(0)), getClass().getName() + "$Shutdown");
  }

  /** Advice on {@code NettyServer.start(ServerListener)}. */
  public static final class Start {
    private Start() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static void exit(@Advice.This InternalServer server) {
      ServerPorts.started(server);
    }
  }

  /** Advice on {@code NettyServer.shutdown()}. */
  public static final class Shutdown {
    private Shutdown() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static void enter(@Advice.This InternalServer server) {
      ServerPorts.stopping(server);
    }
  }
}

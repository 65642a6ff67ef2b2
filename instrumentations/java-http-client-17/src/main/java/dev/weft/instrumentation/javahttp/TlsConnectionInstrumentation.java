package dev.weft.instrumentation.javahttp;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLParameters;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** {@code AbstractAsyncSSLConnection}: the TLS engine of a connection, and its handshake's end. */
public final class TlsConnectionInstrumentation implements TypeInstrumentation {
  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("jdk.internal.net.http.AbstractAsyncSSLConnection");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    String here = TlsConnectionInstrumentation.class.getName();
    transformer.applyAdviceToMethod(
        named("createEngine").and(takesArguments(4)), here + "$EngineAdvice");
    transformer.applyAdviceToMethod(
        named("getALPN").and(takesArguments(0)), here + "$HandshakeAdvice");
  }

  /** Our engine for mesh TLS; the application's own TLS keeps its host name. */
  public static final class EngineAdvice {
    private EngineAdvice() {}

    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(1))
    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    public static @Nullable String enter(
        @Advice.Argument(1) String host, @Advice.Argument(3) SSLParameters parameters) {
      return PeerTransport.applicationHost(host, parameters);
    }

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(
        @Advice.Argument(1) String host, @Advice.Argument(3) SSLParameters parameters) {
      return PeerTransport.engine(host, parameters);
    }
  }

  /** Checks the peer once more when the handshake is done: resumption skips the trust manager. */
  public static final class HandshakeAdvice {
    private HandshakeAdvice() {}

    @Advice.AssignReturned.ToReturned(typing = Assigner.Typing.DYNAMIC)
    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    public static @Nullable Object exit(
        @Advice.This Object connection,
        @Advice.Return(typing = Assigner.Typing.DYNAMIC) Object negotiated) {
      return PeerTransport.verified(connection, (CompletableFuture<?>) negotiated);
    }
  }
}

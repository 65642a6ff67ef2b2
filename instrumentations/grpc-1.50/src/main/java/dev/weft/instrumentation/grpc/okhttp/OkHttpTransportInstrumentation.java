package dev.weft.instrumentation.grpc.okhttp;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import dev.weft.instrumentation.grpc.PeerTicket;
import io.grpc.Attributes;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import javax.net.SocketFactory;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Gives a transport to a mesh endpoint a socket factory that completes mTLS before it returns. */
public final class OkHttpTransportInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("io.grpc.okhttp.OkHttpClientTransport");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(
        isConstructor().and(takesArgument(4, named("io.grpc.Attributes"))),
        getClass().getName() + "$Created");
  }

  /** Advice on the constructors: only there may the final field be set. */
  public static final class Created {
    private Created() {}

    @Advice.OnMethodExit(inline = false, suppress = Throwable.class)
    @Advice.AssignReturned.ToFields(@Advice.AssignReturned.ToFields.ToField("socketFactory"))
    public static SocketFactory exit(
        @Advice.Argument(4) Attributes address,
        @Advice.FieldValue("socketFactory") SocketFactory factory) {
      PeerTicket ticket = address.get(PeerTicket.KEY);
      return ticket == null || ticket.tls() == null || factory instanceof PeerSocketFactory
          ? factory
          : new PeerSocketFactory(factory, ticket);
    }
  }
}

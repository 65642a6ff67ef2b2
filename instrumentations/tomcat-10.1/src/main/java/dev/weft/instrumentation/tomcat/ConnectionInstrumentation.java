package dev.weft.instrumentation.tomcat;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;

/** Puts {@link MeshNioChannel} in the place of the plain channel of an accepted connection. */
public final class ConnectionInstrumentation implements TypeInstrumentation {

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return named("org.apache.tomcat.util.net.NioEndpoint$NioSocketWrapper");
  }

  @Override
  public void transform(TypeTransformer transformer) {
    transformer.applyAdviceToMethod(isConstructor(), getClass().getName() + "$Accepted");
  }

  /** Advice on {@code NioSocketWrapper(NioChannel, NioEndpoint)}. */
  public static final class Accepted {
    private Accepted() {}

    @Advice.OnMethodEnter(inline = false, suppress = Throwable.class)
    @Advice.AssignReturned.ToArguments(@Advice.AssignReturned.ToArguments.ToArgument(0))
    public static NioChannel enter(
        @Advice.Argument(0) NioChannel channel, @Advice.Argument(1) NioEndpoint endpoint) {
      return MeshNioChannel.inPlaceOf(channel, endpoint);
    }
  }
}

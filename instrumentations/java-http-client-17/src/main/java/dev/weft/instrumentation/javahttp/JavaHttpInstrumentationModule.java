package dev.weft.instrumentation.javahttp;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** Weaves {@code java.net.http.HttpClient} of JDK 17 and newer. */
public final class JavaHttpInstrumentationModule extends InstrumentationModule {
  public JavaHttpInstrumentationModule() {
    super("weft-java-http-client", "weft-java-http-client-17");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.startsWith("dev.weft.instrumentation.javahttp.");
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(
        "dev.weft.instrumentation.javahttp.Members",
        "dev.weft.instrumentation.javahttp.JdkHttpInternals",
        "dev.weft.instrumentation.javahttp.Carried",
        "dev.weft.instrumentation.javahttp.CallerContext",
        "dev.weft.instrumentation.javahttp.MeshAddress",
        "dev.weft.instrumentation.javahttp.AttemptHeaders",
        "dev.weft.instrumentation.javahttp.AttemptRequest",
        "dev.weft.instrumentation.javahttp.Bodies",
        "dev.weft.instrumentation.javahttp.Messages",
        "dev.weft.instrumentation.javahttp.Failures",
        "dev.weft.instrumentation.javahttp.GovernedCall",
        "dev.weft.instrumentation.javahttp.ResponseFuture",
        "dev.weft.instrumentation.javahttp.Try",
        "dev.weft.instrumentation.javahttp.Reply",
        "dev.weft.instrumentation.javahttp.EndOfBody",
        "dev.weft.instrumentation.javahttp.Hooks",
        "dev.weft.instrumentation.javahttp.PeerTransport");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new ExchangeInstrumentation(),
        new MultiExchangeInstrumentation(),
        new RequestInstrumentation(),
        new TlsConnectionInstrumentation());
  }
}

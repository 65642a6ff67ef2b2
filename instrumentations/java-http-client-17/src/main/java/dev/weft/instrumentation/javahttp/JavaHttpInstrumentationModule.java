package dev.weft.instrumentation.javahttp;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** Weaves {@code java.net.http.HttpClient} of JDK 17 and newer. */
public final class JavaHttpInstrumentationModule extends InstrumentationModule {
  private static final String HERE = "dev.weft.instrumentation.javahttp.";

  public JavaHttpInstrumentationModule() {
    super("weft-java-http-client", "weft-java-http-client-17");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.startsWith(HERE);
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(
        HERE + "Members",
        HERE + "Members$Search",
        HERE + "JdkHttpInternals",
        HERE + "Carried",
        HERE + "CallerContext",
        HERE + "MeshAddress",
        HERE + "MeshAddress$Key",
        HERE + "MeshAddress$Interned",
        HERE + "AttemptHeaders",
        HERE + "AttemptHeaders$Writer",
        HERE + "AttemptRequest",
        HERE + "AttemptRequest$OneShotBody",
        HERE + "Bodies",
        HERE + "Messages",
        HERE + "Messages$Request",
        HERE + "Messages$MapWriter",
        HERE + "Failures",
        HERE + "GovernedCall",
        HERE + "GovernedCall$1",
        HERE + "ResponseFuture",
        HERE + "Try",
        HERE + "Try$1",
        HERE + "Reply",
        HERE + "Reply$Feed",
        HERE + "EndOfBody",
        HERE + "EndOfBody$1",
        HERE + "Hooks",
        HERE + "PeerTransport");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    String missing = JdkShape.missing();
    if (missing != null) {
      throw new IllegalStateException(
          "java.net.http.HttpClient of JDK "
              + Runtime.version()
              + " has no "
              + missing
              + "; it stays unwoven and not governed. Update Weft.");
    }
    return List.of(
        new ExchangeInstrumentation(),
        new MultiExchangeInstrumentation(),
        new RequestInstrumentation(),
        new TlsConnectionInstrumentation());
  }
}

package dev.weft.instrumentation.urlconnection;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** Weaves {@code java.net.HttpURLConnection} of JDK 17 and newer. */
public final class UrlConnectionInstrumentationModule extends InstrumentationModule {
  private static final String HERE = "dev.weft.instrumentation.urlconnection.";

  public UrlConnectionInstrumentationModule() {
    super("weft-http-url-connection", "weft-http-url-connection-17");
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
        HERE + "JdkUrlInternals",
        HERE + "Target",
        HERE + "Head",
        HERE + "Head$Reader",
        HERE + "Head$Writer",
        HERE + "ReplySocket",
        HERE + "ReplySocket$Lines",
        HERE + "Underway",
        HERE + "UrlCall",
        HERE + "UrlCall$1",
        HERE + "Hooks");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    String missing = JdkShape.missing();
    if (missing != null) {
      throw new IllegalStateException(
          "HttpURLConnection of JDK "
              + Runtime.version()
              + " has no "
              + missing
              + "; it stays unwoven and not governed. Update Weft.");
    }
    return List.of(
        new UrlConnectionInstrumentation(),
        new ResponseStreamInstrumentation(),
        new ClientInstrumentation(),
        new ConnectInstrumentation(),
        new KeepAliveInstrumentation());
  }
}

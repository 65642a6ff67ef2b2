package dev.weft.instrumentation.jsse;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** The JDK's TLS stack as a mesh peer's server. */
public final class JsseInstrumentationModule extends InstrumentationModule {

  public JsseInstrumentationModule() {
    super("weft-jsse", "weft-jsse-17");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(new ServerNameInstrumentation());
  }
}

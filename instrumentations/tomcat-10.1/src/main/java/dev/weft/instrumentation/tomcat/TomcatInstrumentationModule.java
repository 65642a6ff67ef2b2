package dev.weft.instrumentation.tomcat;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** Apache Tomcat 10.1 (Spring Boot 3), inbound. */
public final class TomcatInstrumentationModule extends InstrumentationModule {

  public TomcatInstrumentationModule() {
    super("weft-tomcat", "weft-tomcat-10.1");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new ConnectorInstrumentation(),
        new EndpointInstrumentation(),
        new ConnectionInstrumentation(),
        new ProcessorInstrumentation(),
        new AdapterInstrumentation(),
        new CoyoteRequestInstrumentation());
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.startsWith("dev.weft.instrumentation.tomcat.");
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    String here = "dev.weft.instrumentation.tomcat.";
    return List.of(
        here + "HttpEndpoints",
        here + "MeshNioChannel",
        here + "MeshNioChannel$State",
        here + "MeshNioChannel$1",
        here + "CoyoteReader",
        here + "CoyoteHeaders",
        here + "CoyoteReplies",
        here + "ServedRequest",
        here + "ConnectorInstrumentation$Created",
        here + "EndpointInstrumentation$Started",
        here + "EndpointInstrumentation$Stopping",
        here + "ConnectionInstrumentation$Accepted",
        here + "ProcessorInstrumentation$Attached",
        here + "AdapterInstrumentation$Service",
        here + "AdapterInstrumentation$AsyncDispatch",
        here + "CoyoteRequestInstrumentation$Recycle");
  }
}

package dev.weft.instrumentation.httpclient5;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;

/** Weaves the classic Apache HttpClient from 5.0 on. */
public final class HttpClient5InstrumentationModule extends InstrumentationModule {

  /** Called by the host through the service file. */
  public HttpClient5InstrumentationModule() {
    super("weft-apache-httpclient", "weft-apache-httpclient-5.0");
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new HttpClientBuilderInstrumentation(),
        new ConnectionOperatorInstrumentation(),
        new ManagedConnectionInstrumentation(),
        new RetryExecInstrumentation());
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    return List.of(
        "dev.weft.instrumentation.httpclient5.Exchange",
        "dev.weft.instrumentation.httpclient5.Exchange$1",
        "dev.weft.instrumentation.httpclient5.Exchange$Signal",
        "dev.weft.instrumentation.httpclient5.Failures",
        "dev.weft.instrumentation.httpclient5.Leftovers",
        "dev.weft.instrumentation.httpclient5.MeshExecHandler",
        "dev.weft.instrumentation.httpclient5.MeshExecRuntime",
        "dev.weft.instrumentation.httpclient5.MeshExecRuntime$Lease",
        "dev.weft.instrumentation.httpclient5.MeshRetryStrategy",
        "dev.weft.instrumentation.httpclient5.MeshSocket",
        "dev.weft.instrumentation.httpclient5.PoolState",
        "dev.weft.instrumentation.httpclient5.RequestAdapter",
        "dev.weft.instrumentation.httpclient5.ResponseAdapter",
        "dev.weft.instrumentation.httpclient5.Steering",
        "dev.weft.instrumentation.httpclient5.TrackedEntity",
        "dev.weft.instrumentation.httpclient5.TrackedEntity$Body",
        "dev.weft.instrumentation.httpclient5.Transmission",
        "dev.weft.instrumentation.httpclient5.Transmission$1",
        "dev.weft.instrumentation.httpclient5.Transmission$NotSteerable",
        "dev.weft.instrumentation.httpclient5.Transmission$Phase",
        "dev.weft.instrumentation.httpclient5.UnixSockets",
        "dev.weft.instrumentation.httpclient5.Watchdog",
        "dev.weft.instrumentation.httpclient5.WireRequest",
        "dev.weft.instrumentation.httpclient5.WireRequest$Writer");
  }
}

package dev.weft.loader;

import io.opentelemetry.javaagent.extension.AgentListener;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/** Told by a stock OpenTelemetry agent that its instrumentation is in place. */
public final class OtelAgentListener implements AgentListener {

  /** Called by the service loader. */
  public OtelAgentListener() {}

  @Override
  public void afterAgent(AutoConfiguredOpenTelemetrySdk unused) {
    AgentBoot.hostIsReady();
  }
}

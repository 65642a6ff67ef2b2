package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OtherAgentsTest {

  @Test
  void theOpenTelemetryAgentKeepsTracingAndAnotherMeshKeepsEverything() {
    assertThat(OtherAgents.about("io.opentelemetry.javaagent.OpenTelemetryAgent"))
        .satisfies(
            found -> {
              assertThat(found.tracingIsTheirs()).isTrue();
              assertThat(found.stayIdle()).isFalse();
              assertThat(found.line()).contains("weft-extension.jar");
            });
    assertThat(OtherAgents.about("com.jd.live.agent.bootstrap.LiveAgent").stayIdle()).isTrue();
    assertThat(OtherAgents.about("com.example.Profiler")).isNull();
  }
}

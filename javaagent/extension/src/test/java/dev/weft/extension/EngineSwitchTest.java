package dev.weft.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.Mesh;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.extension.timer.SharedTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineSwitchTest {
  private final Engine engine =
      Engine.create(EngineEnvironment.system(new SharedTimer(), Recorder.NONE, Tracing.NONE));

  @AfterEach
  void takeOut() {
    Mesh.install(null);
  }

  @Test
  void offTakesTheEngineOutAndOnPutsItBack() {
    EngineSwitch installed = new EngineSwitch(engine, 0);
    assertThat(installed.isOn()).isFalse();
    installed.on();
    assertThat(installed.isOn()).isTrue();
    assertThat(Mesh.engine()).isSameAs(engine);
    installed.off();
    assertThat(installed.isOn()).isFalse();
    assertThat(Mesh.engine()).isNull();
    installed.on();
    assertThat(Mesh.engine()).isSameAs(engine);
  }

  @Test
  void afterTheFirstConfigurationNoCallPaysForTheWait() {
    EngineSwitch installed = new EngineSwitch(engine, Long.MAX_VALUE);
    installed.on();
    assertThat(Mesh.engine()).isInstanceOf(FirstConfigWait.class);
    installed.endWait();
    assertThat(Mesh.engine()).isSameAs(engine);
  }

  @Test
  void configurationThatArrivesWhileOffDoesNotSwitchOn() {
    EngineSwitch installed = new EngineSwitch(engine, Long.MAX_VALUE);
    installed.off();
    installed.endWait();
    assertThat(Mesh.engine()).isNull();
    installed.on();
    assertThat(Mesh.engine()).isSameAs(engine);
  }
}

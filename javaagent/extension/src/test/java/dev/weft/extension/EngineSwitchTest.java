package dev.weft.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.Mesh;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.extension.timer.SharedTimer;
import dev.weft.model.InboundListener;
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
  void offGovernsNoCallsAndOnDoesAgain() {
    EngineSwitch installed = new EngineSwitch(engine, 0);
    assertThat(installed.isOn()).isFalse();
    installed.on();
    assertThat(installed.isOn()).isTrue();
    assertThat(Mesh.engine()).isSameAs(engine);
    installed.off();
    assertThat(installed.isOn()).isFalse();
    assertThat(Mesh.engine()).isInstanceOf(SwitchedOff.class);
    installed.on();
    assertThat(Mesh.engine()).isSameAs(engine);
  }

  @Test
  void aPortStaysGuardedWhileOff() {
    engine.defaultInbound(InboundListener.Mode.STRICT);
    EngineSwitch installed = new EngineSwitch(engine, 0);
    installed.off();
    InboundPort port = Mesh.inbound(8080);
    assertThat(port).isNotNull();
    assertThat(port.mode()).isEqualTo(InboundPort.Mode.STRICT);
    assertThat(Mesh.http("reviews", 80)).isNull();
    assertThat(Mesh.tcp("db", 5432)).isNull();
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
    assertThat(Mesh.engine()).isInstanceOf(SwitchedOff.class);
    installed.on();
    assertThat(Mesh.engine()).isSameAs(engine);
  }
}

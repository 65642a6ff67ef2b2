package dev.weft.demo.story;

import dev.weft.demo.mesh.Instance;
import dev.weft.demo.process.Ports;
import dev.weft.demo.process.Wait;
import java.time.Duration;

/** The steps in their order. */
public final class Story {
  private Story() {}

  /** Plays all of it. */
  public static void play(Stage stage) throws Exception {
    stage.narrator().step("Waiting until customers are served, by mTLS everywhere");
    MutualTls.warm(stage);

    Canary.play(stage);

    stage.control().apply("catalog-v1.yaml");
    Instance first = stage.cast().catalogA;
    InstanceKill.Seen kill = InstanceKill.play(stage, InstanceKill.Death.SIGKILL, first);
    Instance replacement = stage.shop().catalog("catalog-v1-c", "v1");

    Faults.play(stage);

    stage.control().apply("catalog-v1.yaml");
    Wait.until(
        "the replacement listens", Duration.ofSeconds(30), () -> Ports.open(replacement.port()));
    stage.cast().catalogA = replacement;
    Instance second = stage.cast().catalogB;
    InstanceKill.summary(stage, kill, InstanceKill.play(stage, InstanceKill.Death.SIGTERM, second));
    stage.cast().catalogB = stage.shop().catalog("catalog-v1-d", "v1");

    PlaintextMarker.play(stage);
    Instance latest = stage.cast().catalogB;
    Wait.until(
        "the second replacement listens", Duration.ofSeconds(30), () -> Ports.open(latest.port()));
    MutualTls.warm(stage);
    MutualTls.play(stage);

    ControlServerDown.play(stage);
  }
}

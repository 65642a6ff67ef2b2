package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.loader.sample.greeter.Greeter;
import dev.weft.loader.sample.woven.GreeterInstrumentationModule;
import java.util.List;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WeaverTest {
  static WeavingReport report;

  @BeforeAll
  static void weave() {
    report = Weaver.install(ByteBuddyAgent.install(), List.of(new GreeterInstrumentationModule()));
  }

  @Test
  void adviceSeesArgumentsHandsOverAHelperAndReplacesTheResult() {
    assertThat(new Greeter().greet("Ada")).isEqualTo("hello Ada, pleased to meet you");
  }

  @Test
  void adviceChangesAnArgument() {
    assertThat(new Greeter().shout(2)).isEqualTo(4);
  }

  @Test
  void aFailingAdviceLeavesTheApplicationUnaffected() {
    assertThat(new Greeter().greet("trouble")).isEqualTo("hello trouble");
  }
}

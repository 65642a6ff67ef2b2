package dev.weft.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import org.junit.jupiter.api.Test;

class RelocationTest {
  private final Relocation relocation =
      new Relocation(
          Set.of("io/grpc/Channel", "net/bytebuddy/asm/Advice"), AgentJars::isHostType, true);

  @Test
  void exactlyTheCarriedClassesMove() {
    assertThat(relocation.moved("io/grpc/Channel")).isEqualTo("dev/weft/shaded/io/grpc/Channel");
    assertThat(relocation.moved("io/grpc/Unknown")).isEqualTo("io/grpc/Unknown");
  }

  @Test
  void aStringMovesOnlyIfItIsNothingButACarriedName() {
    assertThat(relocated("dev.weft.client.A", "io.grpc.Channel"))
        .contains("dev.weft.shaded.io.grpc.Channel");
    assertThat(relocated("dev.weft.client.A", "see io.grpc.Channel"))
        .contains("see io.grpc.Channel")
        .doesNotContain("shaded");
  }

  @Test
  void anInstrumentationKeepsNamingTheApplicationsLibrary() {
    assertThat(relocated("dev.weft.instrumentation.grpc.A", "io.grpc.Channel"))
        .contains("io.grpc.Channel")
        .doesNotContain("shaded");
  }

  private String relocated(String name, String constant) {
    byte[] code =
        new ByteBuddy()
            .subclass(Object.class)
            .name(name)
            .defineMethod("constant", String.class, Modifier.PUBLIC)
            .intercept(FixedValue.value(constant))
            .make()
            .getBytes();
    return new String(relocation.apply(name.replace('.', '/'), code), StandardCharsets.ISO_8859_1);
  }
}

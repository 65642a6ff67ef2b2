package dev.weft.agent.packaging;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.api.Test;

class RelocationTest {
  private final Relocation relocation =
      new Relocation(
          Set.of("io/grpc/Channel", "net/bytebuddy/asm/Advice"), AgentJars::isHostType, true, true);

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

  @Test
  void helpersBecomePublicForAHostThatCopiesAdviceIntoTheLibrary() {
    byte[] code =
        new ByteBuddy()
            .subclass(Object.class)
            .modifiers(0)
            .name("dev.weft.instrumentation.grpc.Hooks")
            .defineMethod("packagePrivate", String.class, 0)
            .intercept(FixedValue.value("a"))
            .defineField("hidden", String.class, Modifier.PRIVATE)
            .make()
            .getBytes();
    TypeDescription relocated =
        TypePool.Default.of(
                ClassFileLocator.Simple.of(
                    "dev.weft.instrumentation.grpc.Hooks",
                    relocation.apply("dev/weft/instrumentation/grpc/Hooks", code)))
            .describe("dev.weft.instrumentation.grpc.Hooks")
            .resolve();
    assertThat(relocated.isPublic()).isTrue();
    assertThat(relocated.getDeclaredMethods().filter(named("packagePrivate")).getOnly().isPublic())
        .isTrue();
    assertThat(relocated.getDeclaredFields().getOnly().isPrivate()).isTrue();
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

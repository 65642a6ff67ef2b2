package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.loader.sample.greeter.Greeter;
import dev.weft.loader.sample.jdk.JdkInstrumentationModule;
import dev.weft.loader.sample.woven.GreeterInstrumentationModule;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.sql.Timestamp;
import java.util.List;
import java.util.StringTokenizer;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WeaverTest {
  static Instrumentation instrumentation;
  static WeavingReport report;

  @BeforeAll
  static void weave() {
    instrumentation = ByteBuddyAgent.install();
    // Loaded before the weaver, so this one is retransformed.
    assertThat(new StringTokenizer("a b c").countTokens()).isEqualTo(3);
    report =
        Weaver.install(
            instrumentation,
            List.of(new GreeterInstrumentationModule(), new JdkInstrumentationModule()));
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
  void aFailingAdviceIsCountedAndLeavesTheApplicationUnaffected() {
    try (CountingEngine engine = new CountingEngine()) {
      assertThat(new Greeter().greet("trouble")).isEqualTo("hello trouble");
      assertThat(engine.failures)
          .singleElement()
          .asString()
          .contains("GreetAdvice", "advice in trouble");
    }
  }

  @Test
  void anAlreadyLoadedClassOfTheBootstrapLoaderIsWovenAndItsHelperReachesOpenedPackages() {
    assertThat(new StringTokenizer("a b c").countTokens()).isEqualTo(-3);
  }

  @Test
  void aClassOfThePlatformLoaderIsWovenAndItsBodySkipped() {
    assertThat(new Timestamp(7000).getNanos()).isEqualTo(77);
    assertThat(new Timestamp(8001).getNanos()).isEqualTo(1_000_000);
  }

  @Test
  void eachApplicationClassLoaderHasHelpersOfItsOwn() throws Exception {
    Object one =
        new Copies(getClass().getClassLoader()).copy(Greeter.class).getConstructor().newInstance();
    Object other =
        new Copies(getClass().getClassLoader()).copy(Greeter.class).getConstructor().newInstance();
    greet(one, "Ada");
    greet(one, "Ada");
    assertThat(greet(one, "counter")).isEqualTo("made 3");
    assertThat(greet(other, "counter")).isEqualTo("made 1");
  }

  @Test
  void aWovenApplicationClassLoaderCanBeCollected() throws Exception {
    WeakReference<ClassLoader> loader = wovenAndDropped();
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return loader.get() == null;
            });
  }

  @Test
  void aRetransformationByAnotherAgentLeavesTheClassWovenOnce() throws Exception {
    ClassFileTransformer other =
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader,
              String name,
              Class<?> type,
              ProtectionDomain domain,
              byte[] code) {
            return "dev/weft/loader/sample/greeter/Greeter".equals(name) ? code.clone() : null;
          }
        };
    instrumentation.addTransformer(other, true);
    try {
      instrumentation.retransformClasses(Greeter.class);
    } finally {
      instrumentation.removeTransformer(other);
    }
    assertThat(new Greeter().shout(2)).isEqualTo(4);
  }

  @Test
  void theReportNamesWhatWasWoven() {
    new Greeter().shout(1);
    assertThat(report.libraries())
        .filteredOn(entry -> entry.name().equals("greeter"))
        .first()
        .satisfies(
            entry -> {
              assertThat(entry.governed()).isTrue();
              assertThat(entry.reasons()).isEmpty();
              assertThat(entry.wovenTypes()).containsExactly(Greeter.class.getName());
            });
    assertThat(report.libraries())
        .filteredOn(entry -> entry.source().equals("java.base"))
        .singleElement()
        .satisfies(
            entry -> assertThat(entry.version()).isEqualTo(System.getProperty("java.version")));
  }

  @Test
  void aModuleIsInstalledOncePerJvm() {
    assertThat(
            Weaver.install(instrumentation, List.of(new GreeterInstrumentationModule()))
                .libraries())
        .isEmpty();
    assertThat(new Greeter().shout(2)).isEqualTo(4);
  }

  private WeakReference<ClassLoader> wovenAndDropped() throws Exception {
    Copies copies = new Copies(getClass().getClassLoader());
    assertThat(greet(copies.copy(Greeter.class).getConstructor().newInstance(), "counter"))
        .isEqualTo("made 1");
    return new WeakReference<>(copies);
  }

  private static String greet(Object greeter, String name) throws Exception {
    return (String) greeter.getClass().getMethod("greet", String.class).invoke(greeter, name);
  }
}

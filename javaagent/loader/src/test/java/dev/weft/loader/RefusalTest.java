package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.loader.sample.broken.InlinedAdviceModule;
import dev.weft.loader.sample.lazy.LazyInstrumentationModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.List;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is not woven stays as it is, and the report says why. */
class RefusalTest {
  static WeavingReport report;
  static int instancesBefore;

  @BeforeAll
  static void weaveFromAnIndexFile() throws Exception {
    ModuleIndex made =
        ModuleIndexer.index(List.of(new LazyInstrumentationModule(), new InlinedAdviceModule()));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    IndexFile.write(made, file);
    instancesBefore = LazyInstrumentationModule.instances;
    report =
        Weaver.install(
            ByteBuddyAgent.install(),
            IndexFile.read(new ByteArrayInputStream(file.toByteArray())),
            RefusalTest.class.getClassLoader());
  }

  @Test
  void aModuleIsInstantiatedWhenTheFirstOfItsTypesLoads() throws Exception {
    assertThat(LazyInstrumentationModule.instances - instancesBefore).isBetween(0, 1);
    assertThat(
            from("lazy-1.2.jar")
                .make("lazy.Fresh", "answer", ClassFileVersion.JAVA_V17)
                .applyAsInt(0))
        .isEqualTo(42);
    assertThat(LazyInstrumentationModule.instances - instancesBefore).isEqualTo(1);
    assertThat(reasons("lazy-1.2.jar")).isEmpty();
  }

  @Test
  void aClassFileOlderThanJava7IsLeftAlone() throws Exception {
    assertThat(
            from("lazy-1.3.jar").make("lazy.Old", "answer", ClassFileVersion.JAVA_V6).applyAsInt(0))
        .isEqualTo(41);
    assertThat(reasons("lazy-1.3.jar"))
        .singleElement()
        .asString()
        .contains("class file version 50");
  }

  @Test
  void aVersionOutsideTheSupportedRangeIsLeftAlone() throws Exception {
    assertThat(
            from("lazy-3.0.1.jar")
                .make("lazy.Fresh", "answer", ClassFileVersion.JAVA_V17)
                .applyAsInt(0))
        .isEqualTo(41);
    assertThat(reasons("lazy-3.0.1.jar"))
        .containsExactly("lazy.Fresh: version 3.0.1 is outside the supported range [1.2,3)");
  }

  @Test
  void aMethodThatIsNoLongerThereIsReported() throws Exception {
    assertThat(
            from("lazy-2.0.jar")
                .make("lazy.Changed", "reply", ClassFileVersion.JAVA_V17)
                .applyAsInt(0))
        .isEqualTo(41);
    assertThat(reasons("lazy-2.0.jar"))
        .singleElement()
        .asString()
        .contains("no method for", "Answer");
  }

  @Test
  void aClassLoaderThatHidesTheSeamIsLeftAlone() throws Exception {
    Copies osgi =
        new Copies(getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("dev.weft.bootstrap.")) {
              throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
          }

          @Override
          ProtectionDomain domain() {
            return RefusalTest.domain("lazy-2.1.jar");
          }
        };
    assertThat(osgi.make("lazy.Fresh", "answer", ClassFileVersion.JAVA_V17).applyAsInt(0))
        .isEqualTo(41);
    assertThat(reasons("lazy-2.1.jar")).singleElement().asString().contains("bootdelegation");
  }

  @Test
  void aModuleWithInlinedAdviceIsNotStarted() throws Exception {
    assertThat(
            from("inlined-1.jar")
                .make("inlined.Target", "answer", ClassFileVersion.JAVA_V17)
                .applyAsInt(0))
        .isEqualTo(41);
    assertThat(reasons("inlined-1.jar")).singleElement().asString().contains("Set inline = false");
  }

  private static List<String> reasons(String jar) {
    for (WeavingReport.Entry entry : report.libraries()) {
      if (entry.source().endsWith(jar)) {
        assertThat(entry.governed()).isEqualTo(entry.reasons().isEmpty());
        return entry.reasons();
      }
    }
    throw new AssertionError(jar + " is not in " + report.libraries());
  }

  private static Copies from(String jar) {
    return new Copies(RefusalTest.class.getClassLoader()) {
      @Override
      ProtectionDomain domain() {
        return RefusalTest.domain(jar);
      }
    };
  }

  private static ProtectionDomain domain(String jar) {
    try {
      return new ProtectionDomain(
          new CodeSource(URI.create("file:/libs/" + jar).toURL(), (Certificate[]) null), null);
    } catch (java.net.MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }
}

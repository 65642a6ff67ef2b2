package dev.weft.loader.premain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SurroundingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.example.Main --port 80",
        "/srv/app.jar",
        "org.springframework.boot.loader.launch.JarLauncher",
        "/x/surefire/surefirebooter123.jar /x/surefire",
        "worker.org.gradle.process.internal.worker.GradleWorkerMain 'Gradle Test Executor 1'"
      })
  void anApplicationIsNotATool(String command) {
    assertThat(reason(Map.of(), Map.of("sun.java.command", command))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdk.compiler/com.sun.tools.javac.Main -version",
        "sun.security.tools.keytool.Main",
        "java.base/sun.security.tools.keytool.Main -list",
        "org.codehaus.plexus.classworlds.launcher.Launcher -q verify",
        "org.gradle.launcher.daemon.bootstrap.GradleDaemon 8.5",
        "/home/x/gradle/wrapper/gradle-wrapper.jar build"
      })
  void toolsAreLeftIdle(String command) {
    assertThat(reason(Map.of(), Map.of("sun.java.command", command))).contains("tool");
  }

  @Test
  void theJdksOwnLaunchersAreKnownByTheirModule() {
    assertThat(reason(Map.of(), Map.of("jdk.module.main", "jdk.jcmd"))).contains("jdk.jcmd");
    assertThat(reason(Map.of(), Map.of("jdk.module.main", "jdk.httpserver"))).isNull();
    assertThat(reason(Map.of(), Map.of("jdk.module.main", "com.example.app"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"false,true", "FALSE,true", "true,false", "no,false"})
  void theKillSwitchIsTheWordFalse(String value, boolean idle) {
    assertThat(reason(Map.of("WEFT_ENABLED", value), Map.of()) != null).isEqualTo(idle);
    assertThat(reason(Map.of(), Map.of("weft.enabled", value)) != null).isEqualTo(idle);
  }

  @Test
  void besideASidecarTheAgentStaysIdleUnlessToldOtherwise() {
    assertThat(reason(Map.of("ISTIO_META_CLUSTER_ID", "c"), Map.of()))
        .contains("ISTIO_META_CLUSTER_ID", "WEFT_SIDECAR=ignore");
    assertThat(reason(Map.of("ISTIO_META_CLUSTER_ID", "c", "WEFT_SIDECAR", "ignore"), Map.of()))
        .isNull();
  }

  @Test
  void anOpenTelemetryAgentThatAlreadyHostsWeftIsEnough() {
    assertThat(reason(Map.of(), Map.of("otel.javaagent.extensions", "/x/weft-extension.jar")))
        .contains("Drop one");
  }

  private static String reason(Map<String, String> environment, Map<Object, Object> properties) {
    return new Surroundings(environment, properties).reason();
  }
}

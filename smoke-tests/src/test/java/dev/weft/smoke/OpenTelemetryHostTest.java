package dev.weft.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.smoke.app.GovernedByJdkClients;
import dev.weft.smoke.app.IstioServerName;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock OpenTelemetry agent: as our host, and beside our agent. */
@org.junit.jupiter.api.Tag("smoke")
class OpenTelemetryHostTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ourModulesApplyInAStockAgentInjectedAndIsolated(boolean isolated) throws Exception {
    ForkedJvm.Result result =
        stock()
            .flag("-Dotel.javaagent.extensions=" + Jars.extension())
            .flag("-Dotel.javaagent.experimental.indy=" + isolated)
            .main(IstioServerName.class);
    assertThat(result.out()).contains("woven: ");
    assertThat(result.err())
        .doesNotContain("Not governed", "Unable to load instrumentation", "could not start");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theClientsOfTheJdkAreGovernedInAStockAgentInjectedAndIsolated(boolean isolated)
      throws Exception {
    governed(
        stock()
            .flag("-Dotel.javaagent.extensions=" + Jars.extension())
            .flag("-Dotel.javaagent.experimental.indy=" + isolated));
  }

  @Test
  void theClientsOfTheJdkAreGovernedByOurAgent() throws Exception {
    governed(own().agent());
  }

  private static void governed(ForkedJvm jvm) throws Exception {
    ForkedJvm.Result result = jvm.testMesh().main(GovernedByJdkClients.class);
    assertThat(result.out())
        .as(result.err())
        .contains("java.net.http: asked for catalog")
        .contains("java.net.http async: asked for catalog")
        .contains("HttpURLConnection: asked for catalog")
        .contains("calls seen by the mesh: 3");
    // The application's server is one that no module weaves: that must be said, and nothing else.
    assertThat(result.err().lines().filter(line -> line.contains("Not governed")))
        .singleElement()
        .asString()
        .contains("JDK HttpServer, its ports");
  }

  @Test
  void besideAStockAgentOursWeavesAndSaysWhichCombinationIsBetter() throws Exception {
    ForkedJvm.Result oursLast = stock().agent().main(IstioServerName.class);
    assertThat(oursLast.out()).contains("woven: ");
    assertThat(oursLast.err()).containsOnlyOnce("otel.javaagent.extensions=weft-extension.jar");

    ForkedJvm.Result oursFirst =
        quiet(own().agent().flag("-javaagent:" + Jars.openTelemetry())).main(IstioServerName.class);
    assertThat(oursFirst.out()).contains("woven: ");
    assertThat(oursFirst.err()).containsOnlyOnce("otel.javaagent.extensions=weft-extension.jar");
  }

  @Test
  void besideAStockAgentThatHostsUsAlreadyOursStaysIdle() throws Exception {
    ForkedJvm.Result result =
        stock()
            .flag("-Dotel.javaagent.extensions=" + Jars.extension())
            .agent()
            .main(IstioServerName.class);
    assertThat(result.out()).contains("woven: ");
    assertThat(result.err()).contains("idle: weft-extension.jar already runs");
  }

  private static ForkedJvm stock() {
    return quiet(own().flag("-javaagent:" + Jars.openTelemetry()));
  }

  private static ForkedJvm quiet(ForkedJvm jvm) {
    return jvm.flag("-Dotel.traces.exporter=none")
        .flag("-Dotel.metrics.exporter=none")
        .flag("-Dotel.logs.exporter=none");
  }

  private static ForkedJvm own() {
    return ForkedJvm.of(Path.of(System.getProperty("java.home")));
  }
}

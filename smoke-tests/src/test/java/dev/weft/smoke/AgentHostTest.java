package dev.weft.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.smoke.app.Hello;
import dev.weft.smoke.app.IstioServerName;
import dev.weft.smoke.app.OwnLogManager;
import dev.weft.smoke.app.ScrapeSelf;
import dev.weft.smoke.app.WhatIsVisible;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code weft-agent.jar} in JVMs of its own, with no mesh to join. */
@org.junit.jupiter.api.Tag("smoke")
class AgentHostTest {

  static List<Path> jdks() throws IOException {
    return ForkedJvm.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void anApplicationSeesNothingOfTheAgentOnItsStandardOutput(Path jdk) throws Exception {
    ForkedJvm.Result result = ForkedJvm.of(jdk).agent().main(Hello.class);
    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo("hello\n");
    assertThat(result.err().lines()).allMatch(line -> line.startsWith("[weft] "));
    assertThat(result.err()).doesNotContain("could not start");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void neitherTheLogManagerNorByteBuddyIsLoadedBeforeTheyAreNeeded(Path jdk) throws Exception {
    ForkedJvm.Result result =
        ForkedJvm.of(jdk).agent().flag("-Xlog:class+load:stdout").main(Hello.class);
    assertThat(result.out())
        .contains("dev.weft.bootstrap.Mesh")
        .doesNotContain("java.util.logging.LogManager ")
        .doesNotContain("dev.weft.shaded.net.bytebuddy.");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void withItsMeshTheAgentWritesNothingButItsOwnLines(Path jdk) throws Exception {
    int closed = freePort();
    int metrics = freePort();
    ForkedJvm.Result result =
        ForkedJvm.of(jdk)
            .agent()
            .environment("WEFT_SERVICE", "hello")
            .environment("WEFT_CONTROL", "127.0.0.1:" + closed)
            .environment("WEFT_METRICS", "127.0.0.1:" + metrics)
            .main(ScrapeSelf.class, "http://127.0.0.1:" + metrics + "/metrics");
    assertThat(result.out()).as(result.err()).matches("scraped [1-9]\\d* lines\n");
    assertThat(result.err().lines()).isNotEmpty().allMatch(line -> line.startsWith("[weft] "));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void theApplicationsOwnLogManagerIsHonoured() throws Exception {
    ForkedJvm.Result result =
        ForkedJvm.of(Path.of(System.getProperty("java.home")))
            .agent()
            .flag("-Djava.util.logging.manager=" + OwnLogManager.class.getName())
            .main(OwnLogManager.class);
    assertThat(result.out()).isEqualTo("OwnLogManager\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void theApplicationSeesTheSeamAndNothingElseOfOurs(Path jdk) throws Exception {
    ForkedJvm.Result result = ForkedJvm.of(jdk).agent().main(WhatIsVisible.class);
    assertThat(result.out())
        .doesNotContain("is visible")
        .contains("application's class loader: true")
        .contains("JDK internals are open: false")
        .contains("seam from the bootstrap loader: true");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aJdkClassIsWoven(Path jdk) throws Exception {
    assertThat(ForkedJvm.of(jdk).main(IstioServerName.class).out()).isEqualTo("not woven\n");
    assertThat(ForkedJvm.of(jdk).agent().main(IstioServerName.class).out()).startsWith("woven: ");
  }

  @Test
  void theSameAgentTwiceIsSaidInOneLineAndIgnored() throws Exception {
    ForkedJvm.Result result = own().agent().agent().main(Hello.class);
    assertThat(result.out()).isEqualTo("hello\n");
    assertThat(result.err().lines().filter(line -> line.contains("given twice"))).hasSize(1);
  }

  @Test
  void theKillSwitchLeavesOneLineAndNoMesh() throws Exception {
    ForkedJvm.Result result =
        own().agent().environment("WEFT_ENABLED", "false").main(WhatIsVisible.class);
    assertThat(result.err()).isEqualTo("[weft] INFO idle: WEFT_ENABLED=false\n");
    assertThat(own().agent().flag("-Dweft.enabled=false").main(Hello.class).err())
        .isEqualTo("[weft] INFO idle: -Dweft.enabled=false\n");
  }

  @Test
  void toolsOfTheJdkAreLeftIdle() throws Exception {
    ForkedJvm.Result javac = ForkedJvm.tool("javac").agent().with("-version");
    assertThat(javac.exit()).isZero();
    assertThat(javac.err()).isEqualTo("[weft] INFO idle: this JVM runs the tool jdk.compiler\n");
    assertThat(ForkedJvm.tool("keytool").agent().with("-help").err()).contains("runs the tool");
    assertThat(ForkedJvm.tool("jps").agent().with("-help").err()).contains("runs the tool");
  }

  @Test
  void besideASidecarTheAgentIsIdle() throws Exception {
    ForkedJvm.Result result =
        own()
            .agent()
            .environment("ISTIO_META_CLUSTER_ID", "Kubernetes")
            .main(IstioServerName.class);
    assertThat(result.out()).isEqualTo("not woven\n");
    assertThat(result.err()).contains("idle: a sidecar governs this process");
  }

  private static ForkedJvm own() {
    return ForkedJvm.of(Path.of(System.getProperty("java.home")));
  }
}

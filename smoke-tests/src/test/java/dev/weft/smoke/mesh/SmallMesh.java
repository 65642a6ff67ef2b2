package dev.weft.smoke.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.smoke.ForkedJars;
import dev.weft.smoke.app.EchoApp;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real control server and applications with the real agent, each in a JVM of its own. */
final class SmallMesh implements AutoCloseable {
  private final Path directory;
  private final Path data;
  private final List<AutoCloseable> running = new ArrayList<>();
  private int adsPort;
  private RunningJvm control;

  SmallMesh(Path directory) {
    this.directory = directory;
    this.data = directory.resolve("control");
  }

  /** An application of the mesh. */
  record App(RunningJvm jvm, int port, int admin) {
    String get(String path, String... headers) throws Exception {
      return RunningJvm.get(port, path, headers);
    }

    /** Has the application call on. */
    String call(String url) throws Exception {
      return get("/call?url=" + java.net.URLEncoder.encode(url, StandardCharsets.UTF_8));
    }

    String admin(String page) throws Exception {
      return RunningJvm.get(admin, page);
    }

    List<String> metric(String name) throws Exception {
      return admin("/metrics").lines().filter(line -> line.startsWith(name + "{")).toList();
    }
  }

  void startControl() throws IOException {
    control =
        RunningJvm.start(
            directory.resolve("control.out"),
            List.of(
                "-jar",
                ForkedJars.control().toString(),
                "up",
                "--data",
                data.toString(),
                "--ads-port",
                String.valueOf(adsPort),
                "--plaintext-port",
                "-1",
                "--rest-port",
                "0",
                "--bind",
                "127.0.0.1"),
            Map.of());
    running.add(control);
    control.says("join token");
    adsPort =
        new ObjectMapper()
            .readTree(Files.readAllBytes(data.resolve("ports.json")))
            .path("ads")
            .asInt();
    assertThat(adsPort).isPositive();
  }

  void stopControl() {
    control.close();
  }

  /**
   * Starts an application without waiting for it.
   *
   * @param loaded classes that it loads, also from {@code classes} in the directory
   */
  App app(String service, Map<String, String> more, String... loaded) throws IOException {
    int port = RunningJvm.freePort();
    int admin = RunningJvm.freePort();
    Map<String, String> environment = new HashMap<>();
    environment.put("WEFT_CONTROL", "localhost:" + adsPort);
    environment.put("WEFT_CONTROL_CA", data.resolve("root.pem").toString());
    environment.put("WEFT_TOKEN_FILE", data.resolve("join-token").toString());
    environment.put("WEFT_SERVICE", service);
    environment.put("WEFT_PORTS", "http:80=" + port);
    environment.put("WEFT_ADDRESS", "127.0.0.1");
    environment.put("WEFT_ADMIN", String.valueOf(admin));
    environment.put("WEFT_CACHE_DIR", directory.resolve("cache-" + service).toString());
    environment.put("WEFT_DRAIN", "0");
    environment.putAll(more);
    List<String> arguments = new ArrayList<>(List.of("-javaagent:" + ForkedJars.agent()));
    arguments.addAll(echo(port, directory.resolve("classes").toString()));
    arguments.addAll(List.of(loaded));
    return app(service, arguments, environment, port, admin);
  }

  /** The same application as it is without us. */
  App withoutAgent(String name) throws IOException {
    int port = RunningJvm.freePort();
    return app(name, echo(port, ""), Map.of(), port, -1);
  }

  private App app(
      String name, List<String> arguments, Map<String, String> environment, int port, int admin)
      throws IOException {
    RunningJvm jvm = RunningJvm.start(directory.resolve(name + ".out"), arguments, environment);
    running.add(jvm);
    return new App(jvm, port, admin);
  }

  private static List<String> echo(int port, String more) {
    List<String> classPath = new ArrayList<>(List.of(ForkedJars.testClasses(), more));
    classPath.addAll(ForkedJars.tomcat());
    return List.of(
        "-cp",
        String.join(File.pathSeparator, classPath),
        EchoApp.class.getName(),
        String.valueOf(port));
  }

  /** Waits until {@code caller} knows one endpoint of {@code service} that takes mTLS or not. */
  void awaitEndpoint(App caller, String service, boolean meshTls) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(new ObjectMapper().readTree(caller.admin("/clusters")))
                    .filteredOn(
                        cluster ->
                            cluster
                                .path("name")
                                .asText()
                                .equals("outbound|80||" + service + ".default.svc.cluster.local"))
                    .singleElement()
                    .satisfies(
                        cluster ->
                            assertThat(cluster.path("hosts"))
                                .singleElement()
                                .satisfies(
                                    host ->
                                        assertThat(host.path("mesh_tls").asBoolean())
                                            .isEqualTo(meshTls))));
  }

  /** Runs a verb of {@code weft} and returns what it said. */
  String weft(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", ForkedJars.control().toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  void apply(String yaml) throws Exception {
    Path file = Files.writeString(directory.resolve("apply.yaml"), yaml);
    weft("apply", "-f", file.toString());
  }

  JsonNode status() throws Exception {
    return new ObjectMapper().readTree(weft("status", "-o", "json"));
  }

  /** What all its JVMs wrote, for a failure's message. */
  String outputs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".out")).toList()) {
        all.append(file.getFileName()).append(":\n").append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Override
  public void close() throws Exception {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
  }
}

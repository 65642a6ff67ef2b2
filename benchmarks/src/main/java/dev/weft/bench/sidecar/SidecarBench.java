package dev.weft.bench.sidecar;

import dev.weft.bench.process.Figures;
import dev.weft.bench.process.Forked;
import dev.weft.bench.process.Mesh;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One service, one client, three ways: direct, through a pair of Envoys with mTLS, woven with mTLS.
 * Rounds are paired: each round runs all three, so that a change of the machine's speed hits all.
 */
public final class SidecarBench {
  private static final String WARM_SECONDS = "15";
  private static final String MEASURED_SECONDS = "5";
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final List<String> MEMORY = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private final Path root;
  private final Figures figures;
  private final int rounds;

  /** Prepares a run in the repository at {@code root}. */
  public SidecarBench(Path root, Figures figures, int rounds) {
    this.root = root;
    this.figures = figures;
    this.rounds = rounds;
  }

  /** Runs everything; about two minutes a round. */
  public void run() throws IOException, InterruptedException {
    figures.note("load", "8 connections, closed loop; then 1000 requests a second");
    figures.note("memory flags", String.join(" ", MEMORY));
    int plainPort = freePort();
    int wovenPort = freePort();
    try (Forked plain = Forked.start(server(plainPort), Map.of(), "SERVING");
        EnvoyPair envoys = EnvoyPair.start(root, plainPort);
        Mesh mesh = Mesh.start(root);
        Forked woven =
            mesh.jvm("bench-echo", "http:80=" + wovenPort, jvmServer(wovenPort), "SERVING")) {
      plain.awaitMarker(LIMIT);
      woven.awaitMarker(LIMIT);
      for (int round = 0; round < rounds; round++) {
        Result direct = load("direct", "http://127.0.0.1:" + plainPort + "/", plain.pid() + "");
        Result envoy =
            load(
                "envoy",
                "http://127.0.0.1:" + envoys.port() + "/",
                plain.pid() + "," + envoys.pids());
        Result weft = wovenLoad(mesh, woven);
        figures.add("cpu_us_added_envoy", envoy.cpu - direct.cpu);
        figures.add("cpu_us_added_weft", weft.cpu - direct.cpu);
        figures.add("p50_us_added_envoy", envoy.p50 - direct.p50);
        figures.add("p50_us_added_weft", weft.p50 - direct.p50);
        figures.add("p99_us_added_envoy", envoy.p99 - direct.p99);
        figures.add("p99_us_added_weft", weft.p99 - direct.p99);
      }
      figures.add(
          "weft_percent_of_envoy",
          100 * figures.median("cpu_us_added_weft") / figures.median("cpu_us_added_envoy"));
    }
  }

  private record Result(double cpu, double p50, double p99) {}

  private Result load(String variant, String url, String pids) {
    List<String> command = new ArrayList<>(List.of(Mesh.java()));
    command.addAll(client(url, pids));
    try (Forked client = Forked.start(command, Map.of(), "RESULT")) {
      return record(variant, client);
    }
  }

  private Result wovenLoad(Mesh mesh, Forked woven) {
    try (Forked client =
        mesh.jvm("bench-load", "", client("http://bench-echo/", woven.pid() + ""), "RESULT")) {
      return record("weft", client);
    }
  }

  private Result record(String variant, Forked client) {
    client.awaitMarker(LIMIT);
    String line = client.markedLine();
    Result result = new Result(value(line, "cpu_us"), value(line, "p50_us"), value(line, "p99_us"));
    figures.add("cpu_us_" + variant, result.cpu);
    figures.add("rps_" + variant, value(line, "rps"));
    figures.add("p50_us_" + variant, result.p50);
    figures.add("p99_us_" + variant, result.p99);
    return result;
  }

  private static double value(String line, String name) {
    Matcher matcher = Pattern.compile(name + "=([0-9.]+)").matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException("No " + name + " in: " + line);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private List<String> client(String url, String pids) {
    List<String> arguments = new ArrayList<>(MEMORY);
    arguments.addAll(List.of("-cp", classPath(), LoadClient.class.getName(), url));
    arguments.addAll(List.of(WARM_SECONDS, MEASURED_SECONDS, pids));
    return arguments;
  }

  private List<String> server(int port) {
    List<String> command = new ArrayList<>(List.of(Mesh.java()));
    command.addAll(jvmServer(port));
    return command;
  }

  private List<String> jvmServer(int port) {
    List<String> arguments = new ArrayList<>(MEMORY);
    arguments.addAll(List.of("-cp", classPath(), EchoServer.class.getName(), "" + port));
    return arguments;
  }

  private String classPath() {
    return Mesh.jar(root, "benchmarks/target/benchmarks.jar");
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

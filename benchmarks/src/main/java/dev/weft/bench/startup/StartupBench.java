package dev.weft.bench.startup;

import dev.weft.bench.process.Figures;
import dev.weft.bench.process.Forked;
import dev.weft.bench.process.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What starting with an agent costs.
 *
 * <p>Times come from short runs, the variants interleaved. CPU and RSS come from longer runs: each
 * process is read when it is 30 s old, and the variants idle side by side, since idle processes do
 * not disturb one another.
 */
public final class StartupBench {
  private static final Duration AGE = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> MEMORY = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private final Path root;
  private final Figures figures;
  private final int timedRounds;
  private final int idleRounds;

  /**
   * Prepares a run in the repository at {@code root}.
   *
   * @param rounds of the timed runs; the long ones take half as many
   */
  public StartupBench(Path root, Figures figures, int rounds) {
    this.root = root;
    this.figures = figures;
    this.timedRounds = rounds;
    this.idleRounds = (rounds + 1) / 2;
  }

  private enum Variant {
    NONE,
    OTEL,
    WEFT;

    String key() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Runs everything; about six minutes. */
  public void run() throws InterruptedException {
    figures.note("memory flags", String.join(" ", MEMORY));
    try (Mesh mesh = Mesh.start(root)) {
      for (int round = 0; round < timedRounds; round++) {
        for (Variant variant : rotated(round)) {
          timed(mesh, variant, "hello", hello(), "MAIN");
          timed(mesh, variant, "boot", boot(), "Started ");
        }
      }
      for (int round = 0; round < idleRounds; round++) {
        idle(mesh, round, "hello", hello(), "MAIN");
        idle(mesh, round, "boot", boot(), "Started ");
      }
      firstCall(mesh);
    }
    addDifferences();
  }

  private void timed(
      Mesh mesh, Variant variant, String app, List<String> arguments, String marker) {
    try (Forked jvm = start(mesh, variant, app, arguments, marker)) {
      figures.add(app + "_ms_" + variant.key(), jvm.awaitMarker(LIMIT));
    }
  }

  private void idle(Mesh mesh, int round, String app, List<String> arguments, String marker)
      throws InterruptedException {
    Map<Variant, Forked> running = new LinkedHashMap<>();
    try {
      for (Variant variant : rotated(round)) {
        Forked jvm = start(mesh, variant, app, arguments, marker);
        running.put(variant, jvm);
        jvm.awaitMarker(LIMIT);
        // One after the other: the expensive first seconds must not compete.
        Thread.sleep(3_000);
      }
      for (Map.Entry<Variant, Forked> entry : running.entrySet()) {
        Forked jvm = entry.getValue();
        long left = jvm.startedNanos() + AGE.toNanos() - System.nanoTime();
        if (left > 0) {
          Thread.sleep(Duration.ofNanos(left).toMillis());
        }
        figures.add(app + "_cpu_s_" + entry.getKey().key(), jvm.cpuSeconds());
        figures.add(app + "_rss_mb_" + entry.getKey().key(), jvm.rssMegabytes());
      }
    } finally {
      running.values().forEach(Forked::close);
    }
  }

  private void firstCall(Mesh mesh) {
    int port = 18_280;
    List<String> server = new ArrayList<>(MEMORY);
    server.addAll(
        List.of(
            "-jar",
            bootJar(),
            "--server.port=" + port,
            "--logging.level.root=INFO",
            "--spring.main.log-startup-info=true"));
    try (Forked catalog = mesh.jvm("bench-catalog", "http:80=" + port, server, "Started ")) {
      catalog.awaitMarker(LIMIT);
      // The first of them waits until the catalog has joined and is not counted.
      call(mesh, "bench-first-warm");
      for (int round = 0; round < idleRounds; round++) {
        // A service name of its own: nothing cached from the round before.
        figures.add("first_governed_call_ms", call(mesh, "bench-first-" + round));
      }
    }
  }

  private double call(Mesh mesh, String service) {
    List<String> arguments = new ArrayList<>(hello());
    arguments.add("http://bench-catalog/products");
    try (Forked jvm = mesh.jvm(service, "", arguments, "CALLED")) {
      return jvm.awaitMarker(LIMIT);
    }
  }

  private Forked start(
      Mesh mesh, Variant variant, String app, List<String> arguments, String marker) {
    if (variant == Variant.WEFT) {
      return mesh.jvm("bench-" + app, "", arguments, marker);
    }
    List<String> command = new ArrayList<>(List.of(Mesh.java()));
    if (variant == Variant.OTEL) {
      command.add(
          "-javaagent:" + Mesh.jar(root, "benchmarks/target/peers/opentelemetry-javaagent.jar"));
      command.add("-Dotel.traces.exporter=none");
      command.add("-Dotel.metrics.exporter=none");
      command.add("-Dotel.logs.exporter=none");
    }
    command.addAll(arguments);
    return Forked.start(command, Map.of(), marker);
  }

  private void addDifferences() {
    figures.add("hello_ms", figures.median("hello_ms_weft") - figures.median("hello_ms_none"));
    figures.add("boot_ms", figures.median("boot_ms_weft") - figures.median("boot_ms_none"));
    figures.add(
        "hello_rss_mb", figures.median("hello_rss_mb_weft") - figures.median("hello_rss_mb_none"));
    figures.add(
        "boot_rss_mb", figures.median("boot_rss_mb_weft") - figures.median("boot_rss_mb_none"));
    figures.add(
        "startup_cpu_s", figures.median("hello_cpu_s_weft") - figures.median("hello_cpu_s_none"));
    figures.add(
        "boot_startup_cpu_s",
        figures.median("boot_cpu_s_weft") - figures.median("boot_cpu_s_none"));
  }

  private List<String> hello() {
    List<String> arguments = new ArrayList<>(MEMORY);
    arguments.addAll(
        List.of("-cp", Mesh.jar(root, "benchmarks/target/benchmarks.jar"), Hello.class.getName()));
    return arguments;
  }

  private List<String> boot() {
    List<String> arguments = new ArrayList<>(MEMORY);
    arguments.addAll(
        List.of(
            "-jar",
            bootJar(),
            "--server.port=0",
            "--logging.level.root=INFO",
            "--spring.main.log-startup-info=true"));
    return arguments;
  }

  private String bootJar() {
    return Mesh.jar(root, "examples/shop/catalog/target/shop-catalog.jar");
  }

  private static List<Variant> rotated(int round) {
    List<Variant> variants = new ArrayList<>(List.of(Variant.values()));
    java.util.Collections.rotate(variants, round);
    return variants;
  }
}

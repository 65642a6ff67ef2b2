package dev.weft.smoke;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of our own, run to its end. */
public final class ForkedJvm {
  private static final int LIMIT_SECONDS = 120;

  private final Path java;
  private final List<String> flags = new ArrayList<>();
  private final List<String> classPath = new ArrayList<>(List.of(Jars.testClasses().toString()));
  private final Map<String, String> environment = new HashMap<>();

  private ForkedJvm(Path java) {
    this.java = java;
  }

  /** What the process said and how it ended. */
  public record Result(int exit, String out, String err) {}

  public static ForkedJvm of(Path home) {
    return new ForkedJvm(home.resolve("bin/java"));
  }

  /** Another launcher of the same JDK; flags go to its JVM. */
  static ForkedJvm tool(String name) {
    return new ForkedJvm(Path.of(System.getProperty("java.home"), "bin", name));
  }

  /** This JVM's JDK, and the others beside it that are 17 or newer. */
  public static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> homes = new ArrayList<>(List.of(own));
    try (Stream<Path> beside = Files.list(own.getParent())) {
      for (Path home : beside.sorted().toList()) {
        boolean jdk = Files.isExecutable(home.resolve("bin/javac"));
        if (jdk && !homes.contains(home.toRealPath()) && feature(home) >= 17) {
          homes.add(home.toRealPath());
        }
      }
    }
    return homes;
  }

  private static int feature(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.exists(release)) {
      return 0;
    }
    for (String line : Files.readAllLines(release)) {
      if (line.startsWith("JAVA_VERSION=")) {
        return Integer.parseInt(line.replaceAll("\\D+(\\d+).*", "$1"));
      }
    }
    return 0;
  }

  public ForkedJvm flag(String flag) {
    flags.add(flag);
    return this;
  }

  public ForkedJvm agent() {
    return flag("-javaagent:" + Jars.agent());
  }

  public ForkedJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Puts the libraries that we weave on the class path. */
  public ForkedJvm libraries() {
    classPath.addAll(Jars.libraries());
    return this;
  }

  /** The same, with those that we weave in their {@code lowest} or {@code newest} version. */
  ForkedJvm libraries(String end) throws IOException {
    classPath.addAll(Jars.libraries(end));
    return libraries();
  }

  /** Lets the application bring the engine, for hosts that are tested without the rest. */
  ForkedJvm testMesh() {
    classPath.addAll(Jars.testMesh());
    return this;
  }

  public Result main(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(flags);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main.getName()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs a tool with these arguments of its own. */
  Result with(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    flags.forEach(flag -> command.add("-J" + flag));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Result run(List<String> command) throws IOException, InterruptedException {
    File out = File.createTempFile("weft-smoke", ".out");
    File err = File.createTempFile("weft-smoke", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.environment().keySet().removeIf(name -> name.startsWith("WEFT_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            command + " did not end in " + LIMIT_SECONDS + " s: " + Files.readString(err.toPath()));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out.toPath(), StandardCharsets.UTF_8),
          Files.readString(err.toPath(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out.toPath());
      Files.deleteIfExists(err.toPath());
    }
  }
}

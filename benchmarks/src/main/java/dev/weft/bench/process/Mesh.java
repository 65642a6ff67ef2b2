package dev.weft.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control server on free ports with its own data directory, and JVMs in its mesh. */
public final class Mesh implements AutoCloseable {
  private final Path root;
  private final Path data;
  private final Forked server;
  private final String ports;
  private final String token;

  private Mesh(Path root, Path data, Forked server) {
    this.root = root;
    this.data = data;
    this.server = server;
    try {
      this.ports = Files.readString(data.resolve("ports.json"));
      this.token = Files.readString(data.resolve("join-token")).trim();
    } catch (IOException e) {
      throw new UncheckedIOException("The control server wrote no ports or token", e);
    }
  }

  /** Starts a control server; {@code root} is the repository's root with built jars. */
  public static Mesh start(Path root) {
    try {
      Path data = Files.createTempDirectory("weft-bench");
      List<String> command =
          List.of(
              java(),
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-jar",
              jar(root, "control-server/target/weft-control.jar"),
              "up",
              "--data",
              data.toString(),
              "--ads-port",
              "0",
              "--plaintext-port",
              "0",
              "--rest-port",
              "0");
      Forked server = Forked.start(command, Map.of(), "ready");
      server.awaitMarker(Duration.ofSeconds(30));
      return new Mesh(root, data, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The running JDK's launcher. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The path of a built jar, checked. */
  public static String jar(Path root, String relative) {
    Path jar = root.resolve(relative);
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(relative + " is not built. Run: mvn -q -DskipTests package");
    }
    return jar.toString();
  }

  /** {@code -javaagent:…} of ours. */
  public static String agent(Path root) {
    return "-javaagent:" + jar(root, "javaagent/agent/target/weft-agent.jar");
  }

  /** Environment of a JVM in this mesh. */
  public Map<String, String> environment(String service, String declaredPorts) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("WEFT_CONTROL", "localhost:" + port("ads"));
    environment.put("WEFT_CONTROL_CA", data.resolve("ca").resolve("root.pem").toString());
    environment.put("WEFT_TOKEN", token);
    environment.put("WEFT_SERVICE", service);
    environment.put("WEFT_ADDRESS", "127.0.0.1");
    environment.put("WEFT_CACHE_DIR", data.resolve("cache-" + service).toString());
    if (!declaredPorts.isEmpty()) {
      environment.put("WEFT_PORTS", declaredPorts);
    }
    return environment;
  }

  /** Starts a JVM with the agent. */
  public Forked jvm(String service, String declaredPorts, List<String> arguments, String marker) {
    List<String> command = new ArrayList<>(List.of(java(), agent(root)));
    command.addAll(arguments);
    return Forked.start(command, environment(service, declaredPorts), marker);
  }

  private int port(String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*(\\d+)").matcher(ports);
    if (!matcher.find()) {
      throw new IllegalStateException("No port '" + name + "' in ports.json: " + ports);
    }
    return Integer.parseInt(matcher.group(1));
  }

  @Override
  public void close() {
    server.close();
  }
}

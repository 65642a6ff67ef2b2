package dev.weft.demo.mesh;

import dev.weft.demo.process.Children;
import dev.weft.demo.process.Java;
import dev.weft.demo.process.Ports;
import dev.weft.demo.process.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The mesh's control server, {@code weft up}, on ports and a data folder of its own. */
public final class ControlServer {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Children children;
  private final Path jar;
  private final Path data;
  private final Duration lease;
  private final int adsPort = Ports.free();
  private final int restPort = Ports.free();
  private Process process;

  /** Starts it, and returns when it is ready. */
  public ControlServer(Children children, Path jar, Path data, Duration lease) throws IOException {
    this.children = children;
    this.jar = jar;
    this.data = data;
    this.lease = lease;
    process = launch();
    awaitReady();
  }

  private Process launch() throws IOException {
    return children.start(
        "control-server",
        Java.jar(
            jar,
            List.of(),
            "up",
            "--data",
            data.toString(),
            "--ads-port",
            Integer.toString(adsPort),
            "--plaintext-port",
            "-1",
            "--rest-port",
            Integer.toString(restPort),
            "--bind",
            "127.0.0.1",
            "--lease",
            lease.toSeconds() + "s"),
        Map.of());
  }

  private void awaitReady() {
    Wait.until(
        "the control server is ready (log: " + children.log("control-server") + ")",
        Duration.ofSeconds(30),
        () -> {
          if (!process.isAlive()) {
            throw new IOException("It has ended with " + process.exitValue());
          }
          return Ports.open(adsPort) && Ports.open(restPort);
        });
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts it again on the same ports and data. */
  public void restart() throws IOException {
    process = launch();
    awaitReady();
  }

  /** How long an instance is known without a word from it. */
  public Duration lease() {
    return lease;
  }

  /** What an agent needs to join. */
  public Map<String, String> agentSettings() {
    return Map.of(
        "WEFT_CONTROL",
        "127.0.0.1:" + adsPort,
        "WEFT_CONTROL_CA",
        data.resolve("ca/root.pem").toString(),
        "WEFT_TOKEN_FILE",
        data.resolve("join-token").toString());
  }

  /** The status page. */
  public String page() {
    return "http://127.0.0.1:" + restPort + "/";
  }

  /** Puts a file of {@code /mesh} into force, with <code>${name}</code> replaced. */
  public void apply(String resource, Map<String, String> values) {
    String yaml = read(resource);
    for (Map.Entry<String, String> value : values.entrySet()) {
      yaml = yaml.replace("${" + value.getKey() + "}", value.getValue());
    }
    call(
        HttpRequest.newBuilder(URI.create(page() + "v1/documents"))
            .header("content-type", "application/yaml")
            .POST(HttpRequest.BodyPublishers.ofString(yaml)),
        resource);
  }

  /** Puts a file of {@code /mesh} into force. */
  public void apply(String resource) {
    apply(resource, Map.of());
  }

  /** Takes a resource out of force. */
  public void delete(String kind, String name) {
    call(
        HttpRequest.newBuilder(URI.create(page() + "v1/documents/" + kind + "/default/" + name))
            .DELETE(),
        kind + " " + name);
  }

  private void call(HttpRequest.Builder request, String what) {
    try {
      HttpResponse<String> response =
          http.send(
              request.timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            "The control server refused " + what + ": " + response.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The control server did not take " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private static String read(String resource) {
    try (InputStream in = ControlServer.class.getResourceAsStream("/mesh/" + resource)) {
      if (in == null) {
        throw new IllegalArgumentException("There is no /mesh/" + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

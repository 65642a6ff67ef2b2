package dev.weft.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that verbs talking to a running server share, and the way there. */
final class Server {
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(
      names = "--server",
      description = "Its REST address (WEFT_SERVER; http://127.0.0.1:15080).")
  private @Nullable String server;

  @Option(names = "--data", description = "Find the server by its data directory instead.")
  private @Nullable Path data;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json.")
  private String output = "table";

  /** A refusal or failure that was told to the person already. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  boolean json() {
    return output.equals("json");
  }

  /** Prints the answer as it came. */
  void print(JsonNode answer) throws JsonProcessingException {
    System.out.println(JSON.writeValueAsString(answer));
  }

  JsonNode get(String path) throws FailedException {
    return send(request(path).GET());
  }

  JsonNode post(String path, String body) throws FailedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  JsonNode delete(String path, @Nullable String version) throws FailedException {
    HttpRequest.Builder request = request(path).DELETE();
    if (version != null) {
      request.header("If-Match", version);
    }
    return send(request);
  }

  private HttpRequest.Builder request(String path) throws FailedException {
    return HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(20));
  }

  private String address() throws FailedException {
    if (server != null) {
      return server;
    }
    if (data != null) {
      try {
        JsonNode ports = JSON.readTree(Files.readAllBytes(data.resolve("ports.json")));
        return "http://127.0.0.1:" + ports.path("rest").asInt();
      } catch (IOException e) {
        throw new FailedException(
            "No server has run in " + data + " (" + data.resolve("ports.json") + " is missing).");
      }
    }
    String environment = System.getenv("WEFT_SERVER");
    return environment == null ? "http://127.0.0.1:15080" : environment;
  }

  private JsonNode send(HttpRequest.Builder request) throws FailedException {
    try {
      HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(5))
              .build();
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() >= 300) {
        refused(answer, System.err);
        throw new FailedException("");
      }
      return answer;
    } catch (IOException e) {
      throw new FailedException(
          "The control server at "
              + address()
              + " does not answer ("
              + e.getClass().getSimpleName()
              + "). Start it with `weft up`, or name another with --server.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("Interrupted.");
    }
  }

  private void refused(JsonNode answer, PrintStream out) throws JsonProcessingException {
    if (json()) {
      print(answer);
      return;
    }
    out.println(answer.path("error").asText());
    findings(answer.path("findings"), out);
  }

  static void findings(JsonNode findings, PrintStream out) {
    if (findings.isEmpty()) {
      return;
    }
    Table table = new Table("CODE", "WHERE", "FIELD", "WHAT");
    for (JsonNode finding : findings) {
      table.row(
          code(finding.path("code").asText()),
          finding.path("subject").asText(),
          finding.path("field").asText(),
          finding.path("message").asText());
    }
    table.print(out);
  }

  /** The catalogue's name as its stable id. */
  static String code(String name) {
    try {
      return dev.weft.control.source.FindingCode.valueOf(name).id();
    } catch (IllegalArgumentException e) {
      return name;
    }
  }
}

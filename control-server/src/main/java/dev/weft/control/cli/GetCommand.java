package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.control.source.DocumentParser;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weft get}: a list; one by name as YAML; {@code weft get services}: the mesh's services.
 */
@Command(name = "get", description = "List documents, show one as YAML, or list services.")
final class GetCommand extends Verb {
  @Parameters(index = "0", arity = "0..1", description = "Kind, or services.")
  private String kind = "";

  @Parameters(index = "1", arity = "0..1", description = "Name.")
  private @Nullable String name;

  @Option(
      names = {"-n", "--namespace"},
      description = "Namespace (all).")
  private String namespace = "";

  @Override
  JsonNode ask() throws Server.FailedException {
    if (services()) {
      return server.get("/v1/services");
    }
    JsonNode answer =
        server.get(
            "/v1/documents?kind="
                + encode(kind)
                + "&namespace="
                + encode(namespace)
                + "&name="
                + encode(name == null ? "" : name));
    if (name != null && answer.path("documents").isEmpty()) {
      throw new Server.FailedException("There is no " + kind + " " + name + ".");
    }
    return answer;
  }

  private boolean services() {
    String lower = kind.toLowerCase(Locale.ROOT);
    return lower.equals("services") || lower.equals("service") || lower.equals("svc");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  int show(JsonNode answer) throws IOException {
    if (services()) {
      return showServices(answer);
    }
    JsonNode documents = answer.path("documents");
    if (name != null) {
      for (JsonNode document : documents) {
        System.out.print(DocumentParser.write(List.of((ObjectNode) document.path("document"))));
      }
      return 0;
    }
    Table table = new Table("KIND", "NAMESPACE", "NAME", "VERSION");
    for (JsonNode row : documents) {
      table.row(
          row.path("kind").asText(),
          row.path("namespace").asText(),
          row.path("name").asText(),
          row.path("resourceVersion").asText());
    }
    table.print(System.out);
    return 0;
  }

  private static int showServices(JsonNode answer) {
    Table table = new Table("HOST", "PORTS", "ENDPOINTS", "MTLS", "FROM");
    for (JsonNode row : answer.path("services")) {
      StringBuilder ports = new StringBuilder();
      for (JsonNode port : row.path("ports")) {
        ports
            .append(ports.isEmpty() ? "" : ",")
            .append(port.path("port").asInt())
            .append('/')
            .append(port.path("protocol").asText().toLowerCase(Locale.ROOT));
      }
      int tls = 0;
      for (JsonNode endpoint : row.path("endpoints")) {
        tls += endpoint.path("mtls").asBoolean() ? 1 : 0;
      }
      int all = row.path("endpoints").size();
      table.row(
          row.path("host").asText(),
          ports.toString(),
          String.valueOf(all),
          tls + " of " + all,
          row.path("origin").asText());
    }
    table.print(System.out);
    return 0;
  }
}

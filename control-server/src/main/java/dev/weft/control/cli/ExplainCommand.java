package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft explain}: what the real engine would do with a call of a service. */
@Command(
    name = "explain",
    description = "What would happen to a call: weft explain --from web GET http://catalog/x")
final class ExplainCommand extends Verb {
  @Option(
      names = "--from",
      required = true,
      description = "Calling service, NAME or NAME.NAMESPACE.")
  private String from = "";

  @Option(
      names = {"-H", "--header"},
      description = "NAME: VALUE; several times.")
  private List<String> headers = List.of();

  @Parameters(index = "0", description = "Method.")
  private String method = "";

  @Parameters(index = "1", description = "URL as the application dials it.")
  private String url = "";

  @Override
  JsonNode ask() throws Server.FailedException {
    ObjectNode body = Server.JSON.createObjectNode();
    body.put("from", from);
    body.put("method", method);
    body.put("url", url);
    ObjectNode map = body.putObject("headers");
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new Server.FailedException("-H '" + header + "' is not NAME: VALUE.");
      }
      map.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
    }
    return server.post("/v1/explain", body.toString());
  }

  @Override
  int show(JsonNode answer) {
    Table table = new Table("STEP", "WHAT");
    for (JsonNode step : answer.path("steps")) {
      table.row(step.path("step").asText(), step.path("what").asText());
    }
    table.print(System.out);
    return 0;
  }
}

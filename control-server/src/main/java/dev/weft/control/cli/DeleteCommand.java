package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft delete}: a document, or a registered service that has no instances any more. */
@Command(name = "delete", description = "Delete a document, or forget a service without instances.")
final class DeleteCommand extends Verb {
  @Parameters(index = "0", description = "Kind, or service.")
  private String kind = "";

  @Parameters(index = "1", description = "Name.")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      description = "Namespace (${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Option(names = "--version", description = "Only when it is at this version.")
  private @Nullable String version;

  @Override
  JsonNode ask() throws Server.FailedException {
    if (kind.equalsIgnoreCase("service")) {
      return server.delete("/v1/services/" + namespace + "/" + name, null);
    }
    return server.delete("/v1/documents/" + kind + "/" + namespace + "/" + name, version);
  }

  @Override
  int show(JsonNode answer) {
    System.out.println("Deleted " + answer.path("deleted").asText() + ".");
    return 0;
  }
}

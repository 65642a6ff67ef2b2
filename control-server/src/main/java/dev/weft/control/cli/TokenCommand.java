package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft token}: makes a join token, bound to an identity or a namespace, or for any. */
@Command(name = "token", description = "Make a join token; it is shown this once.")
final class TokenCommand extends Verb {
  @Option(
      names = {"-n", "--namespace"},
      description = "Only for this namespace.")
  private @Nullable String namespace;

  @Option(names = "--service-account", description = "Only for this identity; needs --namespace.")
  private @Nullable String serviceAccount;

  @Override
  JsonNode ask() throws Server.FailedException {
    ObjectNode body = Server.JSON.createObjectNode();
    body.put("namespace", namespace);
    body.put("serviceAccount", serviceAccount);
    return server.post("/v1/tokens", body.toString());
  }

  @Override
  int show(JsonNode answer) {
    System.out.println(answer.path("token").asText());
    return 0;
  }
}

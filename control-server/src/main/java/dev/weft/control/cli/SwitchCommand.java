package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft enable} and {@code weft disable}: the kill switch of running JVMs. */
abstract class SwitchCommand extends Verb {
  @Parameters(index = "0", arity = "0..1", description = "Service; all when left out.")
  private String service = "";

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      description = "Namespace (${DEFAULT-VALUE}).")
  private String namespace = "default";

  abstract boolean enabled();

  @Override
  JsonNode ask() throws Server.FailedException {
    ObjectNode body = Server.JSON.createObjectNode();
    body.put("service", service.isEmpty() ? "*" : namespace + "/" + service);
    body.put("enabled", enabled());
    return server.post("/v1/enabled", body.toString());
  }

  @Override
  int show(JsonNode answer) {
    System.out.println("Switched off: " + answer.path("disabled"));
    return 0;
  }

  /** Switches on. */
  @Command(name = "enable", description = "Put the mesh back into running JVMs.")
  static final class Enable extends SwitchCommand {
    @Override
    boolean enabled() {
      return true;
    }
  }

  /** Switches off. */
  @Command(
      name = "disable",
      description = "Take the mesh out of running JVMs of a service, or all.")
  static final class Disable extends SwitchCommand {
    @Override
    boolean enabled() {
      return false;
    }
  }
}

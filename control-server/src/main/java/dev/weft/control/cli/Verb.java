package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A verb that asks a running server: one answer, as a table or as JSON. */
abstract class Verb implements Callable<Integer> {
  @Mixin protected Server server = new Server();

  /** Asks the server. */
  abstract JsonNode ask() throws Server.FailedException, IOException;

  /** Prints the answer for people. Returns the exit code. */
  abstract int show(JsonNode answer) throws IOException;

  @Override
  public final Integer call() throws IOException {
    try {
      JsonNode answer = ask();
      if (server.json()) {
        server.print(answer);
        return exitCode(answer);
      }
      return show(answer);
    } catch (Server.FailedException e) {
      if (e.getMessage() != null && !e.getMessage().isEmpty()) {
        System.err.println(e.getMessage());
      }
      return 1;
    }
  }

  /** Of an answer printed as JSON. */
  int exitCode(JsonNode answer) {
    return 0;
  }
}

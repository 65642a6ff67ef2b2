package dev.weft.demo.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.demo.load.Load;
import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.load.Sender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The customers' JVM. Reads a JSON object a line and answers with one a line: {@code run} starts a
 * {@link LoadSpec} and is answered when it has ended; {@code inflight} is answered at once; {@code
 * stop} ends a run early. The end of the input ends the JVM, so that it never outlives the demo.
 */
public final class ShopperMain {
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Load> running = new ConcurrentHashMap<>();
  private final Sender sender = new HttpClient5Sender();
  private final PrintStream answers;

  private ShopperMain(PrintStream answers) {
    this.answers = answers;
  }

  /** Serves standard input until its end. */
  public static void main() throws IOException {
    // Answers own the real output; whatever else prints goes where errors go.
    PrintStream answers = System.out;
    System.setOut(System.err);
    new ShopperMain(answers)
        .serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    System.exit(0);
  }

  private void serve(BufferedReader commands) throws IOException {
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      JsonNode command = json.readTree(line);
      String name = command.get("name").asText();
      switch (command.get("do").asText()) {
        case "run" -> run(json.treeToValue(command.get("spec"), LoadSpec.class));
        case "inflight" -> answer(name, "inflight", running(name).inFlight());
        case "stop" -> running(name).stop();
        default -> throw new IOException("Unknown command: " + line);
      }
    }
  }

  private Load running(String name) throws IOException {
    Load load = running.get(name);
    if (load == null) {
      throw new IOException("There is no run " + name);
    }
    return load;
  }

  private void run(LoadSpec spec) {
    Load load = new Load(spec, sender);
    running.put(spec.name(), load);
    new Thread(() -> runToEnd(spec.name(), load), "run " + spec.name()).start();
  }

  private void runToEnd(String name, Load load) {
    try {
      LoadResult result = load.run();
      answer(name, "result", result);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private void answer(String name, String kind, Object value) throws IOException {
    String line = json.writeValueAsString(Map.of("name", name, "kind", kind, "value", value));
    synchronized (answers) {
      answers.println(line);
      answers.flush();
    }
  }
}

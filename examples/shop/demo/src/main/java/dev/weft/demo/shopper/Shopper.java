package dev.weft.demo.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.demo.load.LoadResult;
import dev.weft.demo.load.LoadSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells the customers' JVM what to call. Thread-safe. */
public final class Shopper {
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
  private final Writer commands;

  /** Talks to {@code process}, whose standard input and output are pipes. */
  public Shopper(Process process) {
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader =
        new Thread(
            () ->
                read(
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))),
            "shopper answers");
    reader.setDaemon(true);
    reader.start();
  }

  /** A run that goes on. */
  public final class Run {
    private final LoadSpec spec;
    private final CompletableFuture<JsonNode> result;

    private Run(LoadSpec spec, CompletableFuture<JsonNode> result) {
      this.spec = spec;
      this.result = result;
    }

    /** Calls that have started and not ended, as of now. */
    public int inFlight() {
      CompletableFuture<JsonNode> answer = expect(spec.name(), "inflight");
      tell(Map.of("do", "inflight", "name", spec.name()));
      return get(answer, 10).asInt();
    }

    /** Starts no further calls. */
    public void stop() {
      tell(Map.of("do", "stop", "name", spec.name()));
    }

    /** Waits for the end. */
    public LoadResult await() {
      long seconds = (long) (spec.calls() / spec.rate()) + 90;
      return json.convertValue(get(result, seconds), LoadResult.class);
    }
  }

  /** Starts a run. */
  public Run start(LoadSpec spec) {
    CompletableFuture<JsonNode> result = expect(spec.name(), "result");
    tell(Map.of("do", "run", "name", spec.name(), "spec", spec));
    return new Run(spec, result);
  }

  /** Runs to the end. */
  public LoadResult run(LoadSpec spec) {
    return start(spec).await();
  }

  private CompletableFuture<JsonNode> expect(String name, String kind) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    awaited.put(kind + " " + name, answer);
    return answer;
  }

  private void tell(Map<String, Object> command) {
    try {
      synchronized (commands) {
        commands.write(json.writeValueAsString(command));
        commands.write('\n');
        commands.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The shopper's JVM has ended; see its log", e);
    }
  }

  private JsonNode get(CompletableFuture<JsonNode> answer, long seconds) {
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the shopper", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The shopper gave no answer; see its log", e);
    }
  }

  private void read(BufferedReader answers) {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        JsonNode answer = json.readTree(line);
        CompletableFuture<JsonNode> waiting =
            awaited.remove(answer.get("kind").asText() + " " + answer.get("name").asText());
        if (waiting != null) {
          waiting.complete(answer.get("value"));
        }
      }
      fail(new IOException("The shopper's JVM has ended"));
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException failure) {
    awaited.values().forEach(waiting -> waiting.completeExceptionally(failure));
  }
}

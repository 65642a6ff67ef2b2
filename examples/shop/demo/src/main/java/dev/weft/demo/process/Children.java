package dev.weft.demo.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Every process of the demo but PostgreSQL's; {@link #close} ends them all, by their ids. */
public final class Children implements AutoCloseable {
  private final Path logs;
  private final List<Process> started = new ArrayList<>();

  /** Makes none yet; each will log to a file in {@code logs}. */
  public Children(Path logs) {
    this.logs = logs;
  }

  /** Starts a process whose output goes to its log. */
  public synchronized Process start(String name, List<String> command, Map<String, String> env)
      throws IOException {
    Path log = log(name);
    return start(command, env, log, ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  /** Starts a process that is talked to over pipes; only its errors go to the log. */
  public synchronized Process startTalking(
      String name, List<String> command, Map<String, String> env) throws IOException {
    return start(command, env, log(name), ProcessBuilder.Redirect.PIPE);
  }

  /** Where a process logs. */
  public Path log(String name) {
    return logs.resolve(name + ".log");
  }

  private Process start(
      List<String> command, Map<String, String> env, Path log, ProcessBuilder.Redirect output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(output)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // What the caller's shell has set for other JVMs is not for these.
    builder.environment().keySet().removeIf(key -> key.startsWith("WEFT_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(env);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  @Override
  public synchronized void close() {
    started.forEach(Process::destroyForcibly);
    for (Process process : started) {
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    started.clear();
  }
}

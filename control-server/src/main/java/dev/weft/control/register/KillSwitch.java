package dev.weft.control.register;

import dev.weft.control.store.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes the mesh out of running JVMs: of a service ({@code NAMESPACE/NAME}) or of all ({@code *}).
 * Kept over restarts in {@code disabled}, a line each.
 */
public final class KillSwitch {
  private final Path file;
  private volatile Set<String> disabled;

  /** Reads what was switched off. */
  public KillSwitch(Path file) throws IOException {
    this.file = file;
    this.disabled = Files.exists(file) ? new TreeSet<>(Files.readAllLines(file)) : Set.of();
  }

  /** Whether the JVMs of a service take part. */
  public boolean enabled(String namespace, String service) {
    return !disabled.contains("*") && !disabled.contains(namespace + "/" + service);
  }

  /** Switches; durable when this returns. */
  public synchronized void set(String what, boolean enabled) throws IOException {
    Set<String> next = new TreeSet<>(disabled);
    if (enabled) {
      next.remove(what);
    } else {
      next.add(what);
    }
    DurableFile.write(
        file,
        (String.join("\n", next) + (next.isEmpty() ? "" : "\n")).getBytes(StandardCharsets.UTF_8));
    disabled = next;
  }

  /** What is switched off. */
  public Set<String> disabled() {
    return Set.copyOf(disabled);
  }
}

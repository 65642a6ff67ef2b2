package dev.weft.bench;

import dev.weft.bench.process.Figures;
import dev.weft.bench.sidecar.SidecarBench;
import dev.weft.bench.startup.StartupBench;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ./weft bench NAME [--report FILE]}, run from the repository's root. */
public final class Main {
  private static final String USAGE =
      "Usage: bench startup|engine|sidecar [--rounds N] [--report FILE]";

  private Main() {}

  /** Runs one bench. */
  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    if (words.isEmpty()) {
      System.err.println(USAGE);
      System.exit(2);
    }
    Path root = Path.of("").toAbsolutePath();
    Figures figures = new Figures();
    figures.note(
        "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    figures.note("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    switch (words.get(0)) {
      case "startup" -> new StartupBench(root, figures, rounds(words, 7)).run();
      case "sidecar" -> new SidecarBench(root, figures, rounds(words, 7)).run();
      case "engine" -> EngineRun.run(figures);
      default -> {
        System.err.println("There is no bench '" + words.get(0) + "'. " + USAGE);
        System.exit(2);
      }
    }
    figures.print();
    figures.write(report(words));
  }

  private static @Nullable Path report(List<String> words) {
    String file = option(words, "--report");
    return file == null ? null : Path.of(file);
  }

  private static int rounds(List<String> words, int usual) {
    String rounds = option(words, "--rounds");
    return rounds == null ? usual : Integer.parseInt(rounds);
  }

  private static @Nullable String option(List<String> words, String name) {
    int at = words.indexOf(name);
    return at < 0 || at + 1 == words.size() ? null : words.get(at + 1);
  }
}

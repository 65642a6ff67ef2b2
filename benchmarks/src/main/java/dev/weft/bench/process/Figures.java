package dev.weft.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named samples; a figure is the median of its samples. */
public final class Figures {
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();

  /** Adds one sample. */
  public void add(String name, double value) {
    samples.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** A condition of the run, such as the JDK. */
  public void note(String name, String value) {
    notes.put(name, value);
  }

  /** The median of a figure. */
  public double median(String name) {
    List<Double> values = samples.get(name);
    if (values == null) {
      throw new IllegalStateException("No sample of " + name);
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Prints a table: figure, median, minimum, maximum, samples. */
  public void print() {
    notes.forEach((name, value) -> System.out.println(name + ": " + value));
    System.out.printf("%-34s %12s %12s %12s %4s%n", "figure", "median", "min", "max", "n");
    samples.forEach(
        (name, values) -> {
          double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "%-34s %12.2f %12.2f %12.2f %4d%n",
              name,
              median(name),
              sorted[0],
              Arrays.stream(sorted).max().orElse(0),
              sorted.length);
        });
  }

  /** Writes medians and notes as one JSON object; null: nowhere. */
  public void write(@Nullable Path file) {
    if (file == null) {
      return;
    }
    List<String> lines = new ArrayList<>();
    notes.forEach((name, value) -> lines.add("  \"" + name + "\": \"" + value + "\""));
    samples.forEach(
        (name, values) ->
            lines.add(String.format(Locale.ROOT, "  \"%s\": %.3f", name, median(name))));
    try {
      Files.writeString(file, "{\n" + String.join(",\n", lines) + "\n}\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the report " + file, e);
    }
  }
}

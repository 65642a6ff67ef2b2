package dev.weft.demo.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures as they are measured, the table of them and the JSON file. */
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final List<Figure> figures = new ArrayList<>();

  /** A figure that must lie in a range, both ends included. */
  public synchronized void between(
      String key, String title, double measured, double low, double high) {
    String bound = low == high ? text(low) : text(low) + " to " + text(high);
    add(key, title, number(measured), bound, measured >= low && measured <= high);
  }

  /** A figure that must not be smaller. */
  public synchronized void atLeast(String key, String title, double measured, double low) {
    add(key, title, number(measured), "at least " + text(low), measured >= low);
  }

  /** A figure that must be larger. */
  public synchronized void above(String key, String title, double measured, double low) {
    add(key, title, number(measured), "above " + text(low), measured > low);
  }

  /** A figure that must not be larger. */
  public synchronized void atMost(String key, String title, double measured, double high) {
    add(key, title, number(measured), "at most " + text(high), measured <= high);
  }

  /** A figure for the file alone, made of others that are in the table. */
  public synchronized void summary(String key, double measured) {
    figures.add(new Figure(key, "", number(measured), "", true));
  }

  /** A figure that is only told. */
  public synchronized void told(String key, String title, double measured) {
    add(key, title, number(measured), "", true);
  }

  /** Something that must have happened. */
  public synchronized void happened(String key, String title, boolean measured) {
    add(key, title, measured, "true", measured);
  }

  private void add(String key, String title, Object measured, String bound, boolean holds) {
    figures.add(new Figure(key, title, measured, bound, holds));
  }

  /** Whether every figure is within its bound. */
  public synchronized boolean holds() {
    return figures.stream().allMatch(Figure::holds);
  }

  /** The table. */
  public synchronized String table() {
    StringBuilder table = new StringBuilder();
    table.append("%-66s %12s   %s%n".formatted("What was measured", "figure", "must be"));
    for (Figure figure : figures) {
      if (figure.title().isEmpty()) {
        continue;
      }
      table.append(
          "%-66s %12s   %s%s%n"
              .formatted(
                  figure.title(),
                  figure.measured(),
                  figure.bound(),
                  figure.holds() ? "" : "   <-- OFF"));
    }
    return table.toString();
  }

  /** Writes the figures as JSON, nested by the dots in their keys. */
  public synchronized void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    for (Figure figure : figures) {
      String[] path = figure.key().split("\\.");
      ObjectNode node = root;
      for (int i = 0; i < path.length - 1; i++) {
        node = node.withObjectProperty(path[i]);
      }
      node.set(path[path.length - 1], JSON.valueToTree(figure.measured()));
    }
    Files.write(file, JSON.writeValueAsBytes(root));
  }

  private static Object number(double value) {
    return value == Math.rint(value) ? (Object) (long) value : Math.round(value * 1e4) / 1e4;
  }

  private static String text(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.valueOf(value);
  }
}

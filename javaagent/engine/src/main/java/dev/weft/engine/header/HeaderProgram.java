package dev.weft.engine.header;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.model.HeaderMutation;
import dev.weft.model.HeaderMutation.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All header changes of one route and cluster in one flat list, made once per snapshot.
 *
 * <p>Envoy's order: weighted cluster, route, virtual host, table, and within each first removals,
 * then additions; so on a conflict the outer level, written last, wins ({@code
 * most_specific_header_mutations_wins} is false by default). Conditions ({@code ADD_IF_ABSENT},
 * {@code OVERWRITE_IF_EXISTS}) look at the message as the application or the endpoint made it.
 */
public final class HeaderProgram {
  /** Changes nothing. */
  public static final HeaderProgram NONE = new HeaderProgram(List.of(), false);

  private final Change[] changes;
  private final boolean response;

  /** {@code value} null: remove. */
  private record Change(String name, Append append, @Nullable HeaderValue value) {}

  private HeaderProgram(List<Change> changes, boolean response) {
    this.changes = changes.toArray(new Change[0]);
    this.response = response;
  }

  /**
   * @param response whether conditions look at the response
   * @param problem told about every header that is left out, by name and reason
   * @param levels innermost first
   */
  public static HeaderProgram compile(
      boolean response, Consumer<String> problem, HeaderMutation... levels) {
    List<Change> changes = new ArrayList<>();
    for (HeaderMutation level : levels) {
      for (String name : level.remove()) {
        changes.add(
            new Change(name.toLowerCase(Locale.ROOT), Append.OVERWRITE_IF_EXISTS_OR_ADD, null));
      }
      for (HeaderMutation.Add add : level.add()) {
        String name = add.name().toLowerCase(Locale.ROOT);
        if (name.startsWith(":") || name.equals("host")) {
          problem.accept(
              "header " + name + " is left out: change path and authority by a rewrite instead");
          continue;
        }
        try {
          changes.add(new Change(name, add.append(), HeaderValue.compile(add.value())));
        } catch (IllegalArgumentException e) {
          problem.accept("header " + name + " is left out: " + e.getMessage());
        }
      }
    }
    return changes.isEmpty() ? NONE : new HeaderProgram(changes, response);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return changes.length == 0;
  }

  /** Applies all changes to {@code message}. */
  public <W> void write(W message, HeaderWriter<? super W> writer, Headers headers) {
    for (Change change : changes) {
      if (change.value == null) {
        writer.remove(message, change.name);
        continue;
      }
      String value = change.value.of(headers);
      if (value.isEmpty()) {
        continue;
      }
      switch (change.append) {
        case APPEND_IF_EXISTS_OR_ADD -> writer.add(message, change.name, value);
        case OVERWRITE_IF_EXISTS_OR_ADD -> writer.set(message, change.name, value);
        case ADD_IF_ABSENT -> {
          if (!present(headers, change.name)) {
            writer.set(message, change.name, value);
          }
        }
        case OVERWRITE_IF_EXISTS -> {
          if (present(headers, change.name)) {
            writer.set(message, change.name, value);
          }
        }
      }
    }
  }

  private boolean present(Headers headers, String name) {
    return (response ? headers.responseHeader(name) : headers.requestHeader(name)) != null;
  }
}

package dev.weft.control.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object, remembers which were asked for, and reports what is wrong by its
 * path. Reading goes on after a finding, so that one answer holds all of them.
 */
final class Fields {
  private final JsonNode node;
  private final String path;
  private final Consumer<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  /** A finding without its document. */
  record Problem(FindingCode code, String field, String message) {}

  Fields(JsonNode node, String path, Consumer<Problem> problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      problems.accept(
          new Problem(FindingCode.WRONG_TYPE, path, "is " + describe(node) + "; write an object."));
    }
  }

  boolean has(String name) {
    JsonNode value = node.path(name);
    return !value.isMissingNode() && !value.isNull();
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  void problem(FindingCode code, String name, String message) {
    problems.accept(new Problem(code, name.isEmpty() ? path : path(name), message));
  }

  private @Nullable JsonNode value(String name) {
    known.add(name);
    return has(name) ? node.get(name) : null;
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  @Nullable String text(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      problem(FindingCode.WRONG_TYPE, name, "is " + describe(value) + "; write a text in quotes.");
      return null;
    }
    return value.textValue();
  }

  String required(String name) {
    String value = text(name, "");
    if (value.isEmpty() && (!has(name) || node.get(name).isTextual())) {
      problem(FindingCode.FIELD_MISSING, name, "is missing or empty; it must be there.");
    }
    return value;
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      problem(FindingCode.WRONG_TYPE, name, "is " + describe(value) + "; write true or false.");
      return otherwise;
    }
    return value.booleanValue();
  }

  @Nullable Integer number(String name, int least, int most) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      problem(FindingCode.WRONG_TYPE, name, "is " + describe(value) + "; write a whole number.");
      return null;
    }
    int number = value.intValue();
    if (number < least || number > most) {
      problem(
          FindingCode.OUT_OF_RANGE,
          name,
          "is " + number + "; set a value from " + least + " to " + most + ".");
      return null;
    }
    return number;
  }

  int number(String name, int least, int most, int otherwise) {
    Integer value = number(name, least, most);
    return value == null ? otherwise : value;
  }

  double percent(String name, double otherwise) {
    JsonNode value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber()) {
      problem(FindingCode.WRONG_TYPE, name, "is " + describe(value) + "; write a number.");
      return otherwise;
    }
    double number = value.doubleValue();
    if (number < 0 || number > 100) {
      problem(FindingCode.OUT_OF_RANGE, name, "is " + number + "; set a value from 0 to 100.");
      return otherwise;
    }
    return number;
  }

  @Nullable Duration duration(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      problem(FindingCode.NOT_ALLOWED, name, e.getMessage() + ".");
      return null;
    }
  }

  <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value)) {
        return constant;
      }
    }
    problem(
        FindingCode.NOT_ALLOWED,
        name,
        "is '"
            + value
            + "'; use one of "
            + Arrays.stream(type.getEnumConstants())
                .map(Enum::name)
                .collect(Collectors.joining(", "))
            + ".");
    return null;
  }

  /** An object; when it is not there, one without fields. Call {@link #end} on it. */
  Fields object(String name) {
    JsonNode value = value(name);
    return new Fields(value == null ? MissingNode.getInstance() : value, path(name), problems);
  }

  <T> @Nullable T object(String name, Function<Fields, T> read) {
    JsonNode value = value(name);
    return value == null ? null : read.apply(new Fields(value, path(name), problems));
  }

  <T> List<T> list(String name, Function<Fields, T> read) {
    List<T> values = new ArrayList<>();
    elements(name, (element, at) -> values.add(read.apply(new Fields(element, at, problems))));
    return values;
  }

  List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    elements(
        name,
        (element, at) -> {
          if (element.isTextual()) {
            values.add(element.textValue());
          } else {
            problems.accept(
                new Problem(
                    FindingCode.WRONG_TYPE, at, "is " + describe(element) + "; write a text."));
          }
        });
    return values;
  }

  private void elements(String name, java.util.function.BiConsumer<JsonNode, String> each) {
    JsonNode value = value(name);
    if (value == null) {
      return;
    }
    if (!value.isArray()) {
      problem(FindingCode.WRONG_TYPE, name, "is " + describe(value) + "; write a list.");
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      each.accept(value.get(i), path(name) + "[" + i + "]");
    }
  }

  Map<String, String> textMap(String name) {
    Map<String, String> values = new LinkedHashMap<>();
    Fields map = object(name);
    for (String key : map.names()) {
      String value = map.text(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  <T> Map<String, T> map(String name, Function<Fields, T> read) {
    Map<String, T> values = new LinkedHashMap<>();
    Fields map = object(name);
    for (String key : map.names()) {
      T value = map.object(key, read);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Fields that others write and that ask for nothing. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /** Ends the object: other fields are reported, those of Istio as not supported yet. */
  void end(String... ofIstio) {
    Set<String> unsupported = Set.of(ofIstio);
    for (String name : names()) {
      if (known.contains(name)) {
        continue;
      }
      if (unsupported.contains(name)) {
        problem(
            FindingCode.FIELD_UNSUPPORTED,
            name,
            "is not supported yet and would have no effect; leave it out.");
        continue;
      }
      Set<String> all = new TreeSet<>(known);
      all.addAll(unsupported);
      String nearest = Nearest.to(name, all);
      problem(
          FindingCode.FIELD_UNKNOWN,
          name,
          nearest == null
              ? "is not a field here; known are " + String.join(", ", known) + "."
              : "is not a field here; did you mean " + nearest + "?");
    }
  }

  private static String describe(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}

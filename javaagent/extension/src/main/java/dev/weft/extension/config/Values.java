package dev.weft.extension.config;

import dev.weft.extension.config.AgentConfig.DeclaredPort;
import dev.weft.extension.config.AgentConfig.InboundDefault;
import dev.weft.model.Locality;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses values; a malformed one is reported with what is accepted and replaced by its default. */
final class Values {
  private static final Set<String> PROTOCOLS = Set.of("http", "http2", "grpc", "tcp");

  private final ConfigSource source;
  private final List<String> problems;

  Values(ConfigSource source, List<String> problems) {
    this.source = source;
    this.problems = problems;
  }

  boolean bool(Key key) {
    String value = source.get(key).toLowerCase(Locale.ROOT);
    if (!value.equals("true") && !value.equals("false")) {
      malformed(key, value);
      return Boolean.parseBoolean(key.fallback());
    }
    return value.equals("true");
  }

  @Nullable Path path(Key key) {
    String value = source.get(key);
    if (value.isEmpty()) {
      return null;
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      malformed(key, value);
      return null;
    }
  }

  Map<String, String> labels(Key key) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String part : parts(key)) {
      int equals = part.indexOf('=');
      if (equals <= 0) {
        malformed(key, part);
      } else {
        labels.put(part.substring(0, equals).trim(), part.substring(equals + 1).trim());
      }
    }
    return Map.copyOf(labels);
  }

  Locality locality(Key key) {
    String[] parts = source.get(key).split("/", -1);
    if (parts.length > 3) {
      malformed(key, source.get(key));
      return Locality.UNKNOWN;
    }
    return new Locality(
        parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
  }

  List<DeclaredPort> ports(Key key) {
    List<DeclaredPort> ports = new ArrayList<>();
    for (String part : parts(key)) {
      int colon = part.indexOf(':');
      String protocol = colon < 0 ? "" : part.substring(0, colon).toLowerCase(Locale.ROOT);
      String numbers = part.substring(colon + 1);
      int equals = numbers.indexOf('=');
      int port = number(equals < 0 ? numbers : numbers.substring(0, equals));
      int target = equals < 0 ? port : number(numbers.substring(equals + 1));
      if (!PROTOCOLS.contains(protocol) || port < 1 || target < 1) {
        malformed(key, part);
      } else {
        ports.add(new DeclaredPort(protocol, port, target));
      }
    }
    return List.copyOf(ports);
  }

  InboundDefault inboundDefault(Key key) {
    String value = source.get(key).toUpperCase(Locale.ROOT);
    for (InboundDefault candidate : InboundDefault.values()) {
      if (candidate.name().equals(value)) {
        return candidate;
      }
    }
    malformed(key, value);
    // Somebody wanted something other than open and mistyped it: the safe reading is closed.
    return InboundDefault.CLOSED;
  }

  int portOrOff(Key key) {
    String value = source.get(key);
    if (value.equals("off")) {
      return -1;
    }
    int port = value.equals("0") ? 0 : number(value);
    if (port < 0) {
      malformed(key, value);
      return number(key.fallback());
    }
    return port;
  }

  double share(Key key) {
    try {
      double value = Double.parseDouble(source.get(key));
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    malformed(key, source.get(key));
    return Double.parseDouble(key.fallback());
  }

  Duration duration(Key key) {
    Duration value = parseDuration(source.get(key));
    if (value == null) {
      malformed(key, source.get(key));
      value = parseDuration(key.fallback());
    }
    return value == null ? Duration.ZERO : value;
  }

  private static @Nullable Duration parseDuration(String text) {
    try {
      if (text.endsWith("ms")) {
        return Duration.ofMillis(Long.parseUnsignedLong(text.substring(0, text.length() - 2)));
      }
      if (text.endsWith("s")) {
        return Duration.ofSeconds(Long.parseUnsignedLong(text.substring(0, text.length() - 1)));
      }
      return text.equals("0") ? Duration.ZERO : null;
    } catch (NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  private static int number(String text) {
    try {
      int value = Integer.parseInt(text.trim());
      return value >= 1 && value <= 65_535 ? value : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private List<String> parts(Key key) {
    List<String> parts = new ArrayList<>();
    for (String part : source.get(key).split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.trim());
      }
    }
    return parts;
  }

  private void malformed(Key key, String value) {
    problems.add(
        key.variable() + " has the value '" + value + "'; accepted: " + key.accepted() + ".");
  }
}

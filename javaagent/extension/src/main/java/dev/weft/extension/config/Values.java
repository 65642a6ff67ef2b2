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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses values; a malformed one is reported with what is accepted and replaced by its default. */
final class Values {
  private static final Set<String> PROTOCOLS = Set.of("http", "http2", "grpc", "tcp");

  /** RFC 1123, as Kubernetes has it. */
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9a-fA-F:]+(%\\w+)?");

  private final ConfigSource source;
  private final List<String> problems;

  Values(ConfigSource source, List<String> problems) {
    this.source = source;
    this.problems = problems;
  }

  boolean bool(Key key) {
    String value = source.get(key);
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      malformed(key, value);
      return Boolean.parseBoolean(key.fallback());
    }
    return value.equalsIgnoreCase("true");
  }

  /** {@code [http[s]://]host:port}, or empty. */
  String control(Key key) {
    String value = source.get(key);
    int scheme = value.indexOf("://");
    String rest = scheme < 0 ? value : value.substring(scheme + 3);
    int colon = rest.lastIndexOf(':');
    boolean known = scheme < 0 || value.startsWith("http://") || value.startsWith("https://");
    if (value.isEmpty() || known && colon > 0 && number(rest.substring(colon + 1)) > 0) {
      return value;
    }
    malformed(key, value);
    return key.fallback();
  }

  /** {@code [address:]port}, or empty. */
  String bindAddress(Key key) {
    String value = source.get(key);
    if (value.isEmpty() || number(value.substring(value.lastIndexOf(':') + 1)) > 0) {
      return value;
    }
    malformed(key, value);
    return key.fallback();
  }

  /** A name that becomes part of host names and identities. */
  String dnsLabel(Key key) {
    String value = source.get(key);
    if (value.isEmpty() || DNS_LABEL.matcher(value).matches()) {
      return value;
    }
    malformed(key, value);
    return key.fallback();
  }

  /** An address in numbers: a name would have to be asked for before main. */
  String ipAddress(Key key) {
    String value = source.get(key);
    if (value.isEmpty() || IPV4.matcher(value).matches() || IPV6.matcher(value).matches()) {
      return value;
    }
    malformed(key, value);
    return key.fallback();
  }

  /** Read by the loader, before there is a configuration; here only for the line. */
  void sidecar(Key key) {
    if (!source.get(key).equals("ignore")) {
      malformed(key, source.get(key));
    }
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
        malformed(key, part, "the others");
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
        malformed(key, part, "the others");
      } else {
        ports.add(new DeclaredPort(protocol, port, target));
      }
    }
    return List.copyOf(ports);
  }

  InboundDefault inboundDefault(Key key) {
    String value = source.get(key);
    for (InboundDefault candidate : InboundDefault.values()) {
      if (candidate.name().equalsIgnoreCase(value)) {
        return candidate;
      }
    }
    // Somebody wanted something other than open and mistyped it: the safe reading is closed.
    malformed(key, value, "closed");
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
    malformed(key, value, key.fallback().isEmpty() ? "none, as if unset" : key.fallback());
  }

  private void malformed(Key key, String value, String inForce) {
    problems.add(
        key.variable()
            + " has the value '"
            + value
            + "'; accepted: "
            + key.accepted()
            + ". In force: "
            + inForce
            + ".");
  }
}

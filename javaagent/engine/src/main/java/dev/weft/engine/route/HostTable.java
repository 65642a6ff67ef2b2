package dev.weft.engine.route;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps a dialled host and port to what governs it. Immutable.
 *
 * <p>This is what every call of the application pays, governed or not: an open-addressing table
 * over the string's cached hash and the port, so that a miss is one or two array reads and
 * allocates nothing. Names are kept in lower case; a dialled name with upper-case letters misses
 * once and is looked up again in lower case (rare, the only case that allocates). Behind the exact
 * names come, per port, wildcards: longest suffix, then longest prefix, then {@code *}.
 *
 * @param <D> what is found
 */
public final class HostTable<D> {
  private final @Nullable String[] names;
  private final int[] ports;
  private final Object[] values;
  private final int mask;
  private final @Nullable PortTable<D>[] portTables;
  private final int portMask;
  private final int size;

  /** What a port knows beside exact names. */
  private static final class PortTable<D> {
    final int port;
    final Map<String, D> suffixes = new LinkedHashMap<>();
    final Map<String, D> prefixes = new LinkedHashMap<>();
    @Nullable D any;
    @Nullable D literals;
    String[] suffixTexts = new String[0];
    String[] prefixTexts = new String[0];

    PortTable(int port) {
      this.port = port;
    }

    void sort() {
      suffixTexts = longestFirst(suffixes);
      prefixTexts = longestFirst(prefixes);
    }

    private static String[] longestFirst(Map<String, ?> map) {
      return map.keySet().stream()
          .sorted((a, b) -> Integer.compare(b.length(), a.length()))
          .toArray(String[]::new);
    }

    @Nullable D find(String host) {
      for (String suffix : suffixTexts) {
        // The star stands for at least one character.
        if (host.length() > suffix.length() && host.endsWith(suffix)) {
          return suffixes.get(suffix);
        }
      }
      for (String prefix : prefixTexts) {
        if (host.length() > prefix.length() && host.startsWith(prefix)) {
          return prefixes.get(prefix);
        }
      }
      char first = host.isEmpty() ? ' ' : host.charAt(0);
      if (literals != null && (first >= '0' && first <= '9' || host.indexOf(':') >= 0)) {
        return literals;
      }
      return any;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private HostTable(Builder<D> builder) {
    this.size = builder.exact.size();
    int capacity = Integer.highestOneBit(Math.max(2, size * 2 - 1)) * 2;
    this.mask = capacity - 1;
    this.names = new String[capacity];
    this.ports = new int[capacity];
    this.values = new Object[capacity];
    builder.exact.forEach(
        (key, value) -> {
          int slot = slot(key.host, key.port);
          while (names[slot] != null) {
            slot = slot + 1 & mask;
          }
          names[slot] = key.host;
          ports[slot] = key.port;
          values[slot] = value;
        });
    int portCapacity = Integer.highestOneBit(Math.max(2, builder.byPort.size() * 2 - 1)) * 2;
    this.portMask = portCapacity - 1;
    this.portTables = new PortTable[portCapacity];
    for (PortTable<D> table : builder.byPort.values()) {
      table.sort();
      int slot = table.port * 0x9E3779B9 >>> 16 & portMask;
      while (portTables[slot] != null) {
        slot = slot + 1 & portMask;
      }
      portTables[slot] = table;
    }
  }

  private int slot(String host, int port) {
    int h = (host.hashCode() ^ port * 0x85EBCA6B) * 0x9E3779B9;
    return (h ^ h >>> 16) & mask;
  }

  /** Returns what governs {@code host} at {@code port}, or null. */
  public @Nullable D find(String host, int port) {
    D found = exact(host, port);
    if (found != null) {
      return found;
    }
    PortTable<D> table = portTable(port);
    if (table == null) {
      return null;
    }
    if (hasUpperCase(host)) {
      String lower = host.toLowerCase(Locale.ROOT);
      found = exact(lower, port);
      return found != null ? found : table.find(lower);
    }
    return table.find(host);
  }

  private @Nullable PortTable<D> portTable(int port) {
    for (int slot = port * 0x9E3779B9 >>> 16 & portMask; ; slot = slot + 1 & portMask) {
      PortTable<D> table = portTables[slot];
      if (table == null || table.port == port) {
        return table;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private @Nullable D exact(String host, int port) {
    for (int slot = slot(host, port); ; slot = slot + 1 & mask) {
      String name = names[slot];
      if (name == null) {
        return null;
      }
      if (ports[slot] == port && name.equals(host)) {
        return (D) values[slot];
      }
    }
  }

  private static boolean hasUpperCase(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return true;
      }
    }
    return false;
  }

  /** Exact names known. */
  public int size() {
    return size;
  }

  private record Key(String host, int port) {}

  /** Collects entries; of equal ones the first stays. */
  public static final class Builder<D> {
    private final Map<Key, D> exact = new LinkedHashMap<>();
    private final Map<Integer, PortTable<D>> byPort = new LinkedHashMap<>();

    /** Adds a domain as a virtual host lists it: exact, {@code *.suffix}, {@code prefix.*}, *. */
    public Builder<D> add(String domain, int port, D value) {
      String name = domain.toLowerCase(Locale.ROOT);
      PortTable<D> table = byPort.computeIfAbsent(port, PortTable::new);
      if (name.equals("*")) {
        table.any = table.any == null ? value : table.any;
      } else if (name.startsWith("*")) {
        table.suffixes.putIfAbsent(name.substring(1), value);
      } else if (name.endsWith("*")) {
        table.prefixes.putIfAbsent(name.substring(0, name.length() - 1), value);
      } else {
        exact.putIfAbsent(new Key(name, port), value);
      }
      return this;
    }

    /** Adds what governs unknown IP literals at a port. */
    public Builder<D> addLiterals(int port, D value) {
      byPort.computeIfAbsent(port, PortTable::new).literals = value;
      return this;
    }

    /** Whether an exact entry is there already. */
    public boolean contains(String host, int port) {
      return exact.containsKey(new Key(host.toLowerCase(Locale.ROOT), port));
    }

    /** Makes the table. */
    public HostTable<D> build() {
      return new HostTable<>(this);
    }
  }
}

package dev.weft.client.disk;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variable-length integers and a table of strings, each written once. */
final class PayloadWriter {
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<String> table = new ArrayList<>();
  private byte[] body = new byte[8192];
  private int length;

  void integer(int value) {
    unsigned(value & 0xffff_ffffL);
  }

  void bool(boolean value) {
    unsigned(value ? 1 : 0);
  }

  /** Enum constants go by name, so that reordering them does not change the meaning of a file. */
  void constant(Enum<?> value) {
    string(value.name());
  }

  void signed(long value) {
    unsigned((value << 1) ^ (value >> 63));
  }

  void duration(Duration value) {
    signed(value.getSeconds());
    integer(value.getNano());
  }

  void string(String value) {
    Integer known = indexes.putIfAbsent(value, table.size());
    if (known == null) {
      table.add(value);
      known = table.size() - 1;
    }
    integer(known);
  }

  void stringOrNull(@Nullable String value) {
    bool(value != null);
    if (value != null) {
      string(value);
    }
  }

  /** The table, then what was written. */
  byte[] finish() {
    byte[] written = Arrays.copyOf(body, length);
    length = 0;
    integer(table.size());
    for (String s : table) {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      integer(utf8.length);
      bytes(utf8);
    }
    bytes(written);
    return Arrays.copyOf(body, length);
  }

  private void bytes(byte[] source) {
    room(source.length);
    System.arraycopy(source, 0, body, length, source.length);
    length += source.length;
  }

  private void unsigned(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      body[length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    body[length++] = (byte) rest;
  }

  private void room(int more) {
    if (length + more > body.length) {
      body = Arrays.copyOf(body, Math.max(body.length * 2, length + more));
    }
  }
}

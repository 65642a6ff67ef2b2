package dev.weft.client.disk;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link PayloadWriter} wrote. Anything out of range ends in an {@link
 * IllegalArgumentException} or {@link IndexOutOfBoundsException}, never in a large allocation.
 */
final class PayloadReader {
  private final byte[] bytes;
  private final String[] table;
  private int at;

  PayloadReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
    table = new String[count()];
    for (int i = 0; i < table.length; i++) {
      int size = count();
      table[i] = new String(bytes, at, size, StandardCharsets.UTF_8);
      at += size;
    }
  }

  int integer() {
    long value = unsigned();
    if (value >>> 32 != 0) {
      throw new IllegalArgumentException("integer out of range at byte " + at);
    }
    return (int) value;
  }

  /** A size of something of which each part takes a byte at least. */
  int count() {
    int count = integer();
    if (count < 0 || count > bytes.length - at) {
      throw new IllegalArgumentException("count " + count + " beyond the end at byte " + at);
    }
    return count;
  }

  boolean bool() {
    return unsigned() != 0;
  }

  long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  Duration duration() {
    try {
      return Duration.ofSeconds(signed(), integer());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("duration out of range at byte " + at, e);
    }
  }

  String string() {
    return table[integer()];
  }

  @Nullable String stringOrNull() {
    return bool() ? string() : null;
  }

  <E extends Enum<E>> E constant(Class<E> type) {
    return Enum.valueOf(type, string());
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("number too long at byte " + at);
  }
}

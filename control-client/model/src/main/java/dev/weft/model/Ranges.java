package dev.weft.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Range checks whose messages name field, value and remedy; they become NACK details. */
final class Ranges {
  private Ranges() {}

  static void port(String field, int value) {
    between(field, value, 0, 65_535);
  }

  static void between(String field, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          field + " is " + value + "; set a value from " + low + " to " + high);
    }
  }

  static void notNegative(String field, @Nullable Duration value) {
    if (value != null && value.isNegative()) {
      throw new IllegalArgumentException(field + " is " + value + "; set a duration of 0 or more");
    }
  }
}

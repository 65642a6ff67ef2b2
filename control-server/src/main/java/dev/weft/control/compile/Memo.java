package dev.weft.control.compile;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps what was made from inputs that are still the same objects. A generation ends with {@link
 * #sweep}: what it did not use is dropped. Not thread-safe.
 */
final class Memo<V> {
  private Map<Key, V> before = new HashMap<>();
  private Map<Key, V> now = new HashMap<>();

  /** Inputs compared by identity, and a text compared by content. */
  private static final class Key {
    private final String text;
    private final Object[] inputs;
    private final int hash;

    Key(String text, Object... inputs) {
      this.text = text;
      this.inputs = inputs;
      int sum = text.hashCode();
      for (Object input : inputs) {
        sum = 31 * sum + System.identityHashCode(input);
      }
      this.hash = sum;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the point of it
    public boolean equals(Object other) {
      if (!(other instanceof Key key)
          || !text.equals(key.text)
          || inputs.length != key.inputs.length) {
        return false;
      }
      for (int i = 0; i < inputs.length; i++) {
        if (inputs[i] != key.inputs[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** The value made before of these inputs, else a new one. */
  V get(Supplier<V> make, String text, Object... inputs) {
    Key key = new Key(text, inputs);
    V value = now.get(key);
    if (value == null) {
      value = before.get(key);
      if (value == null) {
        value = make.get();
      }
      now.put(key, value);
    }
    return value;
  }

  /** Ends a generation. */
  void sweep() {
    before = now;
    now = new HashMap<>();
  }
}

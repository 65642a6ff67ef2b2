package dev.weft.bootstrap;

/**
 * Changes headers of a library's request or response. One stateless instance per adapter.
 *
 * @param <W> the library's message or header collection
 */
public interface HeaderWriter<W> {

  /** Replaces all values of {@code name}. */
  void set(W message, String name, String value);

  /** Adds a value beside those there are. */
  void add(W message, String name, String value);

  /** Removes all values of {@code name}. */
  void remove(W message, String name);
}

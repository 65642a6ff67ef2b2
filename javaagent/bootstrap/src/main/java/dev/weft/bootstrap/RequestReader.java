package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * Reads a library's request. One stateless instance per adapter.
 *
 * @param <R> the library's request type
 */
public interface RequestReader<R> {

  /** The method in upper case, such as {@code GET}. */
  String method(R request);

  /** Path and query as they would be sent: begins with {@code /}, never a fragment. */
  String path(R request);

  /** What will be sent as Host or {@code :authority}, with port if the library sends one. */
  String authority(R request);

  /**
   * The value of a header; several values are joined with a comma and no space.
   *
   * @param name in lower case
   */
  @Nullable String header(R request, String name);
}

package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * Reads headers of a library's response. One stateless instance per adapter.
 *
 * @param <S> the library's response type
 */
public interface ResponseReader<S> {

  /** The value of a header, several joined with a comma; {@code name} is in lower case. */
  @Nullable String header(S response, String name);
}

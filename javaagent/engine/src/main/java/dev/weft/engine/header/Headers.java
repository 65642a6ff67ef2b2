package dev.weft.engine.header;

import org.jspecify.annotations.Nullable;

/** The headers that a value may be made of. Names in lower case, pseudo headers as in HTTP/2. */
public interface Headers {
  /** A header of the application's request, before any change. */
  @Nullable String requestHeader(String name);

  /** A header of the endpoint's response, before any change; null while there is none. */
  @Nullable String responseHeader(String name);
}

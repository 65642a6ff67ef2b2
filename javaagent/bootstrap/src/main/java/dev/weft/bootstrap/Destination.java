package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * A dialled host and port that the mesh knows. Immutable, shared by all calls of one snapshot: do
 * not keep it beyond the call.
 */
public interface Destination {
  /** The request's body can be produced again from its start, or there is none. */
  int BODY_REPEATABLE = 1;

  /** A gRPC call: the outcome is told by {@code grpc-status}. */
  int GRPC = 2;

  /** The application dialled {@code https}: transport and TLS stay end to end, we only balance. */
  int APP_TLS = 4;

  /**
   * Starts one logical call: chooses the route.
   *
   * <p>A library that calls {@code begin} while it already sends for an outer governed call (Feign
   * over HC5) is answered null through {@link NestedCalls}.
   *
   * @param request the library's own request object, only passed back to {@code reader}
   * @param flags any of the constants above
   * @return null when no route of the mesh applies: behave as if we were not there
   */
  <R> @Nullable Call begin(R request, RequestReader<? super R> reader, int flags);
}

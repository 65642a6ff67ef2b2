package dev.weft.bootstrap;

import org.jspecify.annotations.Nullable;

/** A dialled host and port whose connections, not requests, the mesh governs. */
public interface TcpDestination {

  /** Starts one connection; null: behave as if we were not there. */
  @Nullable TcpCall begin();
}

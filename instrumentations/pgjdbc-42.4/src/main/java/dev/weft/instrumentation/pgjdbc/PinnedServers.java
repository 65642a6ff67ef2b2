package dev.weft.instrumentation.pgjdbc;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.QueryExecutor;

/**
 * Which server a governed connection ended at: a cancel request opens a second socket and must
 * reach the same one.
 */
public final class PinnedServers {
  private static final Map<QueryExecutor, InetSocketAddress> SERVERS =
      Collections.synchronizedMap(new WeakHashMap<>());
  private static final ThreadLocal<@Nullable InetSocketAddress> CANCELLING = new ThreadLocal<>();

  private PinnedServers() {}

  static void add(QueryExecutor executor, InetSocketAddress server) {
    SERVERS.put(executor, server);
  }

  /** The next sockets of this thread go to the server of {@code executor}, if it is governed. */
  public static void enter(QueryExecutor executor) {
    InetSocketAddress server = SERVERS.get(executor);
    if (server != null) {
      CANCELLING.set(server);
    }
  }

  /** Ends {@link #enter}. */
  public static void exit() {
    CANCELLING.remove();
  }

  static @Nullable InetSocketAddress current() {
    return CANCELLING.get();
  }
}

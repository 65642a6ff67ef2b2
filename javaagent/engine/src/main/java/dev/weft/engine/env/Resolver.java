package dev.weft.engine.env;

import java.net.InetAddress;
import java.util.List;

/**
 * Resolves the host names of DNS endpoints, outside the hot path. Thread-safe; never blocks the
 * caller.
 */
public interface Resolver {

  /**
   * Resolves {@code host} now and again from time to time until the result is closed.
   *
   * @param answers told about every answer, also an unchanged one, on a thread of the resolver's
   */
  Watch watch(String host, Answers answers);

  /** Receives answers. */
  interface Answers {
    /** All addresses of the name, in the resolver's order. */
    void resolved(List<InetAddress> addresses);

    /** No answer this time; earlier addresses stay in use. */
    void failed(Exception cause);
  }

  /** A running resolution. */
  interface Watch {
    /** Idempotent. */
    void close();
  }
}

package dev.weft.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** Ends in reverse order whatever was started, at the end and on Ctrl-C. */
final class Cleanup implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private volatile boolean closed;

  /** Remembers to close {@code next}; at once when it comes too late. */
  synchronized <T extends AutoCloseable> T add(T next) {
    if (closed) {
      close(next);
    } else {
      open.push(next);
    }
    return next;
  }

  /** Whether the end has begun: then failures are its consequence. */
  boolean closed() {
    return closed;
  }

  /** Closes {@code next} when everything else is closed. */
  synchronized void addLast(AutoCloseable next) {
    open.addLast(next);
  }

  @Override
  public void close() {
    closed = true;
    closeAll();
  }

  private synchronized void closeAll() {
    while (!open.isEmpty()) {
      close(open.pop());
    }
  }

  private static void close(AutoCloseable next) {
    try {
      next.close();
    } catch (Exception e) {
      System.err.println("While cleaning up: " + e);
    }
  }
}

package dev.weft.client;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads with our own context class loader: the application's loader must not be held by
 * us, and what gRPC looks up through the context loader must be ours.
 */
final class BackgroundThreads {
  private BackgroundThreads() {}

  static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      int number = count.incrementAndGet();
      Thread thread = new Thread(null, task, number == 1 ? name : name + "-" + number, 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(ControlClient.class.getClassLoader());
      return thread;
    };
  }
}

package dev.weft.extension;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.TcpDestination;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the engine until the first configuration is there, when nothing was cached: the
 * first outbound call of the process waits for it, once, and never on an event loop.
 *
 * <p>Why a wrapper: once the wait is over, the engine itself is installed and no call pays for it.
 */
final class FirstConfigWait extends EngineDelegate {
  private final long waitNanos;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicBoolean waited = new AtomicBoolean();

  FirstConfigWait(MeshEngine engine, long waitNanos) {
    super(engine);
    this.waitNanos = waitNanos;
  }

  /** Configuration is there, or cannot be had now: nobody waits any more. Idempotent. */
  void end() {
    over.countDown();
  }

  private void await() {
    if (over.getCount() == 0 || NestedCalls.inside() || isEventLoop(Thread.currentThread())) {
      return;
    }
    // Callers beside the first one wait too: they need the same configuration at the same time.
    try {
      if (!over.await(waitNanos, TimeUnit.NANOSECONDS) && waited.compareAndSet(false, true)) {
        Log.warn(
            "No configuration within WEFT_WAIT; calls go out as without the mesh until it comes.");
      }
      end();
    } catch (InterruptedException e) {
      // The application's interrupt is its own; it finds it where it looks for it.
      Thread.currentThread().interrupt();
    }
  }

  /** Whether blocking this thread would stall other requests. Known loops by their thread names. */
  static boolean isEventLoop(Thread thread) {
    String name = thread.getName();
    if (name.contains("-exec-")) {
      // Tomcat's workers: http-nio-8080-exec-1. They may block, and serve most first calls.
      return false;
    }
    return name.contains("EventLoop")
        || name.contains("eventloop")
        || name.contains("nioEvent")
        || name.contains("-nio-")
        || name.contains("-epoll-")
        || name.contains("-kqueue-")
        || name.contains("SelectorManager")
        || name.contains("I/O dispatch")
        || name.startsWith("httpclient-dispatch-")
        || name.startsWith("XNIO-") && name.contains("I/O")
        || name.contains("grpc-default-worker")
        || name.startsWith("weft-");
  }

  @Override
  public @Nullable Destination http(String host, int port) {
    await();
    return super.http(host, port);
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    await();
    return super.tcp(host, port);
  }
}

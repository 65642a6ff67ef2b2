package dev.weft.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The connection of this JVM to its control plane.
 *
 * <p>{@link #start} returns at once; everything else, including the loading of gRPC and protobuf,
 * happens on one daemon thread named {@code weft-control}. Trouble is told to the {@link Listener}
 * and in {@link #status}, never thrown: without a control plane the last good configuration stays.
 *
 * <p>Thread-safe.
 */
public final class ControlClient implements AutoCloseable {
  private final ControlClientConfig config;
  private final ScheduledThreadPoolExecutor thread;
  private final StatusBoard board;
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();

  private ControlClient(ControlClientConfig config, Listener listener) {
    this.config = config;
    this.board = new StatusBoard(config.base());
    this.thread = new ScheduledThreadPoolExecutor(1, BackgroundThreads.named("weft-control"));
    // Queued work must not outlive close().
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    Listener guarded = new GuardedListener(listener);
    submit(
        () -> {
          Connection opened = new Connection(config, guarded, thread, board);
          connection.complete(opened);
          opened.open();
        });
  }

  /** Starts to connect and keeps connected until {@link #close}. */
  public static ControlClient start(ControlClientConfig config, Listener listener) {
    return new ControlClient(config, listener);
  }

  /** Replaces what is known of this JVM; sent at once when connected, else with the connection. */
  public void announce(NodeFacts facts) {
    onConnection(c -> c.announce(facts));
  }

  /** Replaces what {@code weft status} shows of this JVM; sent when it differs. */
  public void report(AgentReport report) {
    onConnection(c -> c.report(report));
  }

  /** How the client stands. Never blocks. */
  public Status status() {
    return board.view();
  }

  /**
   * Leaves the mesh: announces DRAINING, waits {@code drainWait} so that peers stop choosing this
   * JVM, says goodbye, closes. For the shutdown hook. Takes at most {@code drainWait} and a second.
   */
  @Override
  public void close() {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    onConnection(c -> c.drain(drained));
    try {
      drained.get(config.drainWait().toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      // Leaving must not be held up; the lease ends the registration.
    }
    onConnection(Connection::close);
    thread.shutdown();
  }

  private void onConnection(java.util.function.Consumer<Connection> action) {
    submit(() -> action.accept(connection.join()));
  }

  private void submit(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed already.
    }
  }
}

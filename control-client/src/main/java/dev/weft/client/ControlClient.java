package dev.weft.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

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
  private final ControlThread thread;
  private final StatusBoard board;
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();

  private ControlClient(ControlClientConfig config, Listener listener) {
    this.config = config;
    this.board = new StatusBoard(config.base());
    Listener guarded = new GuardedListener(listener);
    this.thread = new ControlThread(guarded);
    submit(
        () -> {
          try {
            Connection opened = new Connection(config, guarded, thread, board);
            connection.complete(opened);
            opened.open();
          } finally {
            // A class that cannot be loaded must not leave others waiting for the connection.
            connection.completeExceptionally(
                new IllegalStateException("The control client could not be started"));
          }
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
    } catch (ExecutionException | TimeoutException e) {
      // Leaving must not be held up; the lease ends the registration.
    }
    onConnection(Connection::close);
    thread.shutdown();
  }

  private void onConnection(Consumer<Connection> action) {
    submit(
        () -> {
          if (!connection.isCompletedExceptionally()) {
            action.accept(connection.join());
          }
        });
  }

  /** After {@link #close} a task is dropped in silence. */
  private void submit(Runnable task) {
    thread.execute(task);
  }
}

package dev.weft.engine.env;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A verdict that is not there yet.
 *
 * <p>All state is one atomic reference: a list of waiting tasks until the verdict, the verdict
 * after. The first verdict wins; every waiting task runs exactly once, on the thread that gave the
 * verdict, or at once when it comes later than the verdict.
 */
public final class Ticket {
  private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

  private record Waiting(Runnable task, @Nullable Waiting next) {}

  /**
   * The verdict.
   *
   * @param admitted whether the call goes ahead
   * @param status HTTP status of the refusal
   * @param grpcStatus gRPC status of the refusal
   * @param body public text of the refusal
   */
  public record Verdict(boolean admitted, int status, int grpcStatus, String body) {
    private static final Verdict ADMITTED = new Verdict(true, 0, 0, "");
  }

  /** The call goes ahead. */
  public void admit() {
    settle(Verdict.ADMITTED);
  }

  /** The call is answered with this instead. */
  public void refuse(int status, int grpcStatus, String body) {
    settle(new Verdict(false, status, grpcStatus, body));
  }

  /** The verdict, or null while it is pending. */
  public @Nullable Verdict verdict() {
    return state.get() instanceof Verdict v ? v : null;
  }

  /** Runs {@code task} once when the verdict is there. */
  public void onSettled(Runnable task) {
    for (; ; ) {
      Object now = state.get();
      if (now instanceof Verdict) {
        task.run();
        return;
      }
      if (state.compareAndSet(now, new Waiting(task, (Waiting) now))) {
        return;
      }
    }
  }

  private void settle(Verdict verdict) {
    for (; ; ) {
      Object now = state.get();
      if (now instanceof Verdict) {
        return;
      }
      if (state.compareAndSet(now, verdict)) {
        for (Waiting w = (Waiting) now; w != null; w = w.next) {
          w.task.run();
        }
        return;
      }
    }
  }
}

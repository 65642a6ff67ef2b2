package dev.weft.instrumentation.grpc;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a call's events while an injected delay lasts, without holding a thread. Events come from
 * gRPC's serializing executor, {@link #open} from the timer; the lock orders the two.
 */
public final class DelayedListener<Q> extends ServerCall.Listener<Q> {
  private final Object lock = new Object();
  private List<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayList<>();
  private volatile ServerCall.@Nullable Listener<Q> application;

  void open(ServerCall.Listener<Q> listener) {
    for (; ; ) {
      List<Consumer<ServerCall.Listener<Q>>> next;
      synchronized (lock) {
        if (waiting.isEmpty()) {
          application = listener;
          return;
        }
        next = waiting;
        waiting = new ArrayList<>();
      }
      next.forEach(event -> event.accept(listener));
    }
  }

  private void deliver(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> listener = application;
    if (listener == null) {
      synchronized (lock) {
        listener = application;
        if (listener == null) {
          waiting.add(event);
          return;
        }
      }
    }
    event.accept(listener);
  }

  @Override
  public void onMessage(Q message) {
    deliver(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    deliver(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    deliver(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    deliver(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    deliver(ServerCall.Listener::onReady);
  }
}

package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.End;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.Verdict;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * One logical call: keeps what the application sends until response headers are delivered, so that
 * a failed attempt can be followed by another.
 *
 * <p>Unary requests are always repeatable. Of a request stream up to {@value #MAX_KEPT} messages
 * are kept; past that a failure goes to the application as it is.
 *
 * <p>The application's thread, gRPC's executor and the mesh's timer meet here. State is guarded by
 * {@code lock}; nothing foreign is called with the lock held.
 */
public final class MeshClientCall<Q, S> extends ClientCall<Q, S> {
  /** Messages of a request stream that are kept for a retry. */
  static final int MAX_KEPT = 64;

  /** What the application did, kept beside its messages. */
  private enum Operation {
    HALF_CLOSE,
    COMPRESS,
    DO_NOT_COMPRESS
  }

  private final Destination destination;
  private final boolean appTls;
  private final MethodDescriptor<Q, S> method;
  private final CallOptions options;
  private final Channel next;
  private final Context context = Context.current();

  private final Object lock = new Object();
  private List<Object> operations = new ArrayList<>(2);
  private int forgotten;
  private int requested;
  private boolean cancelled;
  private boolean closed;
  private boolean committed;
  private boolean unrepeatable;
  private @Nullable AttemptStream<Q, S> current;

  /** Set once by start, before anything else can happen. */
  private @Nullable Listener<S> listener;

  private @Nullable Metadata headers;
  private @Nullable Call call;

  /** The route of a call that is not ours after all. */
  private @Nullable ClientCall<Q, S> untouched;

  MeshClientCall(
      Destination destination,
      boolean appTls,
      MethodDescriptor<Q, S> method,
      CallOptions options,
      Channel next) {
    this.destination = destination;
    this.appTls = appTls;
    this.method = method;
    this.options = options;
    this.next = next;
  }

  @Override
  public void start(Listener<S> listener, Metadata headers) {
    Call begun = null;
    try {
      int flags =
          Destination.GRPC | Destination.BODY_REPEATABLE | (appTls ? Destination.APP_TLS : 0);
      begun =
          destination.begin(
              new ClientRequest(method, authority(), headers),
              ClientRequest.Reader.INSTANCE,
              flags);
    } catch (RuntimeException | Error ours) {
      Mesh.internalError("grpc.client-call", ours);
    }
    if (begun == null) {
      ClientCall<Q, S> plain = next.newCall(method, options);
      untouched = plain;
      plain.start(listener, headers);
      return;
    }
    this.listener = listener;
    this.headers = headers;
    this.call = begun;
    step();
  }

  private String authority() {
    String chosen = options.getAuthority();
    return chosen != null ? chosen : String.valueOf(next.authority());
  }

  /** Does what the engine says next. Runs on any thread, never on two at once. */
  private void step() {
    Call call = java.util.Objects.requireNonNull(this.call);
    synchronized (lock) {
      if (cancelled || closed) {
        return;
      }
    }
    switch (call.next()) {
      case SEND -> send(call.attempt());
      case REPLY -> reply(call);
      case PENDING -> call.onReady(this::step);
      case WAIT -> {
        MeshEngine engine = Mesh.engine();
        if (engine == null) {
          // Killed meanwhile: there is no timer, and nobody who would still want the delay.
          step();
        } else {
          engine.timer().schedule(this::step, call.waitNanos());
        }
      }
    }
  }

  private void reply(Call call) {
    LocalReply reply = call.reply();
    Metadata trailers = new Metadata();
    reply.writeHeaders(trailers, MetadataHeaders.INSTANCE);
    Status status = Status.fromCodeValue(reply.grpcStatus()).withDescription(reply.body());
    call.end();
    closeApplication(status, trailers);
  }

  private void send(Attempt attempt) {
    AttemptStream<Q, S> stream = new AttemptStream<>(this, attempt);
    Metadata attemptHeaders = new Metadata();
    attemptHeaders.merge(java.util.Objects.requireNonNull(headers));
    attempt.writeHeaders(attemptHeaders, MetadataHeaders.INSTANCE);
    CallOptions attemptOptions =
        options.withOption(EndpointChoice.KEY, stream.choice).withStreamTracerFactory(stream.wire);
    String authority = attempt.authority();
    if (authority != null) {
      attemptOptions = attemptOptions.withAuthority(authority);
    }
    Context previous = context.attach();
    try {
      ClientCall<Q, S> inner = next.newCall(rewritten(attempt.path()), attemptOptions);
      synchronized (lock) {
        stream.call = inner;
        current = stream;
      }
      watch(stream);
      inner.start(stream, attemptHeaders);
      int ask;
      boolean gone;
      synchronized (lock) {
        stream.started = true;
        ask = requested;
        gone = cancelled || stream.over;
      }
      if (gone) {
        inner.cancel("call is over", null);
        return;
      }
      if (ask > 0) {
        inner.request(ask);
      }
      drain(stream);
    } finally {
      context.detach(previous);
    }
  }

  private MethodDescriptor<Q, S> rewritten(@Nullable String path) {
    return path == null ? method : method.toBuilder().setFullMethodName(path.substring(1)).build();
  }

  private void watch(AttemptStream<Q, S> stream) {
    MeshEngine engine = Mesh.engine();
    if (engine == null) {
      return;
    }
    long timeout = stream.attempt.timeoutNanos();
    if (timeout > 0) {
      stream.timeout = engine.timer().schedule(() -> ranOut(stream, Failure.TIMEOUT), timeout);
    }
    long connect = stream.attempt.connectTimeoutNanos();
    if (connect > 0) {
      stream.connectTimeout =
          engine
              .timer()
              .schedule(
                  () -> {
                    if (!stream.choice.isPicked()) {
                      ranOut(stream, Failure.CONNECT);
                    }
                  },
                  connect);
    }
  }

  private void ranOut(AttemptStream<Q, S> stream, Failure kind) {
    ClientCall<Q, S> inner;
    boolean early;
    synchronized (lock) {
      if (stream.over || stream != current) {
        return;
      }
      early = !stream.delivered;
      if (early) {
        stream.over = true;
      } else {
        stream.timedOut = true;
      }
      inner = stream.started ? stream.call : null;
    }
    Status status =
        kind == Failure.CONNECT
            ? Status.UNAVAILABLE.withDescription(
                "no connection to " + stream.choice.address() + " in time")
            : Status.DEADLINE_EXCEEDED.withDescription("mesh timeout");
    if (inner != null) {
      inner.cancel(status.getDescription(), null);
    }
    if (early) {
      stream.cancelTimers();
      failed(stream, kind, status, new Metadata());
    }
  }

  /** An attempt has failed before a response: asks what follows. */
  private void failed(AttemptStream<Q, S> stream, Failure kind, Status status, Metadata trailers) {
    boolean again;
    synchronized (lock) {
      again = !unrepeatable;
    }
    Failure told = again || kind == Failure.CONNECT ? kind : Failure.OTHER;
    Verdict verdict = stream.attempt.failed(told, status.asRuntimeException(trailers));
    switch (verdict) {
      // The failed attempt is gone by now, so a hedge beside it is simply the next one.
      case RETRY, HEDGE -> step();
      case REPLY -> reply(java.util.Objects.requireNonNull(call));
      default -> closeApplication(status, trailers);
    }
  }

  void headersArrived(AttemptStream<Q, S> stream, Metadata arrived) {
    synchronized (lock) {
      if (stream.over || stream.delivered) {
        return;
      }
    }
    Verdict verdict = stream.attempt.response(200, -1, arrived, MetadataHeaders.INSTANCE);
    if (verdict == Verdict.DELIVER) {
      synchronized (lock) {
        if (stream.over) {
          return;
        }
        stream.delivered = true;
        committed = true;
      }
      stream.attempt.writeResponseHeaders(arrived, MetadataHeaders.INSTANCE);
      java.util.Objects.requireNonNull(listener).onHeaders(arrived);
    } else {
      discard(stream);
      if (verdict == Verdict.RETRY) {
        step();
      }
    }
  }

  private void discard(AttemptStream<Q, S> stream) {
    synchronized (lock) {
      stream.over = true;
    }
    stream.cancelTimers();
    ClientCall<Q, S> inner = stream.call;
    if (inner != null) {
      inner.cancel("attempt discarded", null);
    }
  }

  void messageArrived(AttemptStream<Q, S> stream, S message) {
    synchronized (lock) {
      if (stream.over) {
        return;
      }
    }
    java.util.Objects.requireNonNull(listener).onMessage(message);
  }

  void becameReady(AttemptStream<Q, S> stream) {
    synchronized (lock) {
      if (stream.over || cancelled || closed) {
        return;
      }
    }
    java.util.Objects.requireNonNull(listener).onReady();
  }

  void closed(AttemptStream<Q, S> stream, Status status, Metadata trailers) {
    boolean delivered;
    boolean timedOut;
    synchronized (lock) {
      if (stream.over) {
        return;
      }
      stream.over = true;
      delivered = stream.delivered;
      timedOut = stream.timedOut;
    }
    stream.cancelTimers();
    int code = status.getCode().value();
    boolean fromPeer = stream.wire.trailersSeen();
    if (delivered) {
      if (timedOut) {
        Status late = Status.DEADLINE_EXCEEDED.withDescription("mesh timeout");
        stream.attempt.end(End.TIMEOUT, late.getCode().value());
        closeNow(late, new Metadata());
        return;
      }
      stream.attempt.end(end(status, fromPeer), code);
      closeNow(status, trailers);
    } else if (fromPeer) {
      answered(stream, status, trailers);
    } else if (isCancelled()) {
      stream.attempt.failed(Failure.CANCELLED, status.asRuntimeException(trailers));
      closeNow(status, trailers);
    } else {
      failed(stream, stream.failure(status), status, trailers);
    }
  }

  /** A response without headers of its own: its status is its outcome. */
  private void answered(AttemptStream<Q, S> stream, Status status, Metadata trailers) {
    boolean again;
    synchronized (lock) {
      again = !unrepeatable && !cancelled;
    }
    int code = status.getCode().value();
    Verdict verdict = stream.attempt.response(200, code, trailers, MetadataHeaders.INSTANCE);
    if (verdict == Verdict.RETRY && again) {
      step();
      return;
    }
    if (verdict == Verdict.RETRY) {
      java.util.Objects.requireNonNull(call).cancel();
    } else {
      stream.attempt.writeResponseHeaders(trailers, MetadataHeaders.INSTANCE);
      stream.attempt.end(End.COMPLETE, code);
    }
    closeNow(status, trailers);
  }

  private static End end(Status status, boolean fromPeer) {
    if (fromPeer) {
      return End.COMPLETE;
    }
    return switch (status.getCode()) {
      case CANCELLED -> End.CANCELLED;
      case DEADLINE_EXCEEDED -> End.TIMEOUT;
      default -> End.RESET;
    };
  }

  private boolean isCancelled() {
    synchronized (lock) {
      return cancelled;
    }
  }

  /** Ends the call from gRPC's executor. */
  private void closeNow(Status status, Metadata trailers) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      operations = List.of();
    }
    java.util.Objects.requireNonNull(listener).onClose(status, trailers);
  }

  /**
   * Ends the call from whatever thread this is, on the executor where the application expects it: a
   * blocking stub waits for work on its own.
   */
  private void closeApplication(Status status, Metadata trailers) {
    Executor executor = options.getExecutor();
    (executor == null ? ForkJoinPool.commonPool() : executor)
        .execute(() -> closeNow(status, trailers));
  }

  @Override
  public void sendMessage(Q message) {
    if (untouched != null) {
      untouched.sendMessage(message);
    } else {
      add(java.util.Objects.requireNonNull(message));
    }
  }

  @Override
  public void halfClose() {
    if (untouched != null) {
      untouched.halfClose();
    } else {
      add(Operation.HALF_CLOSE);
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    if (untouched != null) {
      untouched.setMessageCompression(enabled);
    } else if (call != null) {
      add(enabled ? Operation.COMPRESS : Operation.DO_NOT_COMPRESS);
    }
  }

  private void add(Object operation) {
    AttemptStream<Q, S> stream;
    synchronized (lock) {
      if (closed || cancelled) {
        return;
      }
      operations.add(operation);
      stream = current;
    }
    if (stream != null) {
      drain(stream);
    }
  }

  /** Passes on what the attempt has not seen yet; one thread at a time. */
  private void drain(AttemptStream<Q, S> stream) {
    for (; ; ) {
      Object operation;
      synchronized (lock) {
        forget(stream);
        int index = stream.position - forgotten;
        if (!stream.started || stream.draining || stream.over || index >= operations.size()) {
          return;
        }
        operation = operations.get(index);
        stream.position++;
        stream.draining = true;
      }
      try {
        pass(java.util.Objects.requireNonNull(stream.call), operation);
      } finally {
        synchronized (lock) {
          stream.draining = false;
        }
      }
    }
  }

  /** Lets go of what no other attempt will need. */
  private void forget(AttemptStream<Q, S> stream) {
    if (operations.size() > MAX_KEPT) {
      unrepeatable = true;
    }
    if ((committed || unrepeatable) && stream == current) {
      int passed = Math.min(stream.position - forgotten, operations.size());
      if (passed > 0) {
        operations.subList(0, passed).clear();
        forgotten += passed;
      }
    }
  }

  @SuppressWarnings("unchecked") // only messages of the application and Operations are kept
  private void pass(ClientCall<Q, S> inner, Object operation) {
    if (operation instanceof Operation known) {
      switch (known) {
        case HALF_CLOSE -> inner.halfClose();
        case COMPRESS -> inner.setMessageCompression(true);
        case DO_NOT_COMPRESS -> inner.setMessageCompression(false);
      }
    } else {
      inner.sendMessage((Q) operation);
    }
  }

  @Override
  public void request(int numMessages) {
    if (untouched != null) {
      untouched.request(numMessages);
      return;
    }
    ClientCall<Q, S> inner;
    synchronized (lock) {
      requested += numMessages;
      inner = current != null && current.started ? current.call : null;
    }
    if (inner != null) {
      inner.request(numMessages);
    }
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    if (untouched != null) {
      untouched.cancel(message, cause);
      return;
    }
    ClientCall<Q, S> inner;
    synchronized (lock) {
      if (cancelled || closed) {
        return;
      }
      cancelled = true;
      inner = current != null && current.started && !current.over ? current.call : null;
    }
    if (call != null) {
      call.cancel();
    }
    if (inner != null) {
      inner.cancel(message, cause);
    } else if (listener != null) {
      Status status = Status.CANCELLED.withDescription(message).withCause(cause);
      closeApplication(status, new Metadata());
    }
  }

  @Override
  public boolean isReady() {
    if (untouched != null) {
      return untouched.isReady();
    }
    ClientCall<Q, S> inner;
    synchronized (lock) {
      inner = current != null && current.started ? current.call : null;
    }
    return inner != null && inner.isReady();
  }

  @Override
  public Attributes getAttributes() {
    if (untouched != null) {
      return untouched.getAttributes();
    }
    ClientCall<Q, S> inner;
    synchronized (lock) {
      inner = current != null && current.started ? current.call : null;
    }
    return inner == null ? Attributes.EMPTY : inner.getAttributes();
  }
}

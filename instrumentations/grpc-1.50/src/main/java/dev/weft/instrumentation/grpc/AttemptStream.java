package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.MeshTimer;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: the call that gRPC makes for it and what is known of its fate. Its fields are
 * guarded by the {@link MeshClientCall} that owns it.
 */
public final class AttemptStream<Q, S> extends ClientCall.Listener<S> {
  private final MeshClientCall<Q, S> owner;
  final Attempt attempt;
  final EndpointChoice choice;
  final Wire wire = new Wire();
  @Nullable ClientCall<Q, S> call;

  /** {@code call.start} has returned: operations may follow. */
  boolean started;

  /** How many of the owner's operations were passed on. */
  int position;

  /** A thread is passing operations on. */
  boolean draining;

  /** Response headers were handed to the application, or the end was. */
  boolean delivered;

  /** Nothing more of it counts. */
  boolean over;

  /** The mesh's own timeout ended it after its headers were delivered. */
  boolean timedOut;

  MeshTimer.@Nullable Cancellable timeout;
  MeshTimer.@Nullable Cancellable connectTimeout;

  AttemptStream(MeshClientCall<Q, S> owner, Attempt attempt) {
    this.owner = owner;
    this.attempt = attempt;
    this.choice = new EndpointChoice(attempt);
  }

  @Override
  public void onHeaders(Metadata headers) {
    owner.headersArrived(this, headers);
  }

  @Override
  public void onMessage(S message) {
    owner.messageArrived(this, message);
  }

  @Override
  public void onReady() {
    owner.becameReady(this);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    owner.closed(this, status, trailers);
  }

  void cancelTimers() {
    if (timeout != null) {
      timeout.cancel();
    }
    if (connectTimeout != null) {
      connectTimeout.cancel();
    }
  }

  /** What the failure was, for an end that the peer did not send. */
  Failure failure(Status status) {
    Failure noConnection = choice.failure();
    if (noConnection != null) {
      return noConnection;
    }
    if (status.getCode() == Status.Code.CANCELLED
        || status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      // The application's own deadline or context: nobody waits for another attempt.
      return Failure.CANCELLED;
    }
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return Failure.OTHER;
    }
    if (!choice.isPicked()) {
      return Failure.OTHER;
    }
    String description = status.getDescription();
    return description != null && description.contains("REFUSED_STREAM")
        ? Failure.REFUSED_STREAM
        : Failure.RESET;
  }

  /** Tells a status that the peer sent from one that gRPC made up. */
  static final class Wire extends ClientStreamTracer.Factory {
    private volatile boolean trailersSeen;

    /** The peer itself ended the stream. */
    boolean trailersSeen() {
      return trailersSeen;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void inboundTrailers(Metadata trailers) {
          trailersSeen = true;
        }
      };
    }
  }
}

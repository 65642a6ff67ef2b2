package dev.weft.client.register;

import dev.weft.client.Backoff;
import dev.weft.client.NodeFacts;
import dev.weft.wire.v1.AgentStatus;
import dev.weft.wire.v1.Goodbye;
import dev.weft.wire.v1.Health;
import dev.weft.wire.v1.Heartbeat;
import dev.weft.wire.v1.RegisterGrpc;
import dev.weft.wire.v1.RegisterRequest;
import dev.weft.wire.v1.RegisterResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@code weft.v1.Register} stream: announces on every connection, sends a heartbeat each third
 * of the lease, says goodbye at the end. A server that does not answer for a whole lease is taken
 * for gone and the stream is opened anew. Confined to the control thread.
 */
public final class RegisterStream {
  /** What the server says. */
  public interface Events {
    /** The announcement was taken; {@code findings} say what of it was not. */
    void registered(List<String> findings);

    void enabled(boolean on);

    void disconnected(Throwable cause, Duration retryIn);

    /** The peer has no such service (istiod); it is not asked again. */
    void unsupported();
  }

  private static final int DEFAULT_LEASE_SECONDS = 30;

  private final Channel channel;
  private final Events events;
  private final ScheduledExecutorService thread;
  private final Backoff backoff;
  private NodeFacts facts;
  private AgentStatus status = AgentStatus.getDefaultInstance();
  private Health health;
  private @Nullable Session session;
  private @Nullable List<String> lastFindings;
  private boolean closed;

  public RegisterStream(
      Channel channel,
      NodeFacts facts,
      Events events,
      ScheduledExecutorService thread,
      Backoff backoff) {
    this.channel = channel;
    this.facts = facts;
    this.health = Announcement.health(facts.health());
    this.events = events;
    this.thread = thread;
    this.backoff = backoff;
  }

  /** Opens a stream. */
  public void open() {
    if (!closed) {
      Session opened = new Session();
      session = opened;
      opened.start();
    }
  }

  /** Replaces the facts and tells the server. */
  public void announce(NodeFacts newFacts) {
    if (facts.equals(newFacts)) {
      return;
    }
    facts = newFacts;
    health = Announcement.health(newFacts.health());
    if (session != null) {
      session.send(announcement());
    }
  }

  /** Replaces the status; sent at once when it differs. */
  public void status(AgentStatus newStatus) {
    if (status.equals(newStatus)) {
      return;
    }
    status = newStatus;
    if (session != null) {
      session.send(heartbeat(/* withStatus= */ true));
    }
  }

  /** Asks peers, through the server, to stop choosing this JVM. */
  public void drain() {
    health = Health.DRAINING;
    if (session != null) {
      session.send(heartbeat(/* withStatus= */ false));
    }
  }

  /** Ends the registration at once. */
  public void goodbye() {
    closed = true;
    Session last = session;
    session = null;
    if (last != null) {
      last.send(RegisterRequest.newBuilder().setGoodbye(Goodbye.getDefaultInstance()).build());
      last.end();
    }
  }

  private RegisterRequest announcement() {
    return RegisterRequest.newBuilder().setAnnounce(Announcement.of(facts, health)).build();
  }

  private RegisterRequest heartbeat(boolean withStatus) {
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder().setHealth(health);
    if (withStatus) {
      heartbeat.setStatus(status);
    }
    return RegisterRequest.newBuilder().setHeartbeat(heartbeat).build();
  }

  private final class Session implements StreamObserver<RegisterResponse> {
    private @Nullable StreamObserver<RegisterRequest> requests;
    private @Nullable ScheduledFuture<?> beat;
    private long beatMillis;
    private int unanswered;

    void start() {
      requests = RegisterGrpc.newStub(channel).stream(this);
      send(announcement());
      send(heartbeat(/* withStatus= */ true));
      beatEvery(DEFAULT_LEASE_SECONDS * 1000L / 3);
    }

    void send(RegisterRequest request) {
      StreamObserver<RegisterRequest> out = requests;
      if (out != null) {
        out.onNext(request);
      }
    }

    void end() {
      StreamObserver<RegisterRequest> out = requests;
      requests = null;
      stopBeating();
      if (out != null) {
        out.onCompleted();
      }
    }

    private void beatEvery(long millis) {
      if (beat != null && millis == beatMillis) {
        return;
      }
      stopBeating();
      beatMillis = millis;
      beat = thread.scheduleAtFixedRate(this::beat, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void beat() {
      StreamObserver<RegisterRequest> out = requests;
      if (out == null) {
        return;
      }
      unanswered++;
      if (unanswered > 3) {
        out.onError(Status.CANCELLED.withDescription("no answer for a lease").asException());
        ended(
            Status.UNAVAILABLE
                .withDescription("The server has not answered heartbeats for a lease")
                .asException());
        return;
      }
      send(heartbeat(/* withStatus= */ false));
    }

    private void stopBeating() {
      if (beat != null) {
        beat.cancel(false);
        beat = null;
      }
    }

    @Override
    public void onNext(RegisterResponse response) {
      if (session != this) {
        return;
      }
      unanswered = 0;
      backoff.reset();
      if (response.getLeaseSeconds() > 0) {
        beatEvery(response.getLeaseSeconds() * 1000L / 3);
      }
      List<String> findings = List.copyOf(response.getFindingsList());
      if (!findings.equals(lastFindings)) {
        lastFindings = findings;
        events.registered(findings);
      }
      events.enabled(response.getEnabled());
    }

    @Override
    public void onError(Throwable cause) {
      ended(cause);
    }

    @Override
    public void onCompleted() {
      ended(Status.UNAVAILABLE.withDescription("The server ended the stream").asException());
    }

    private void ended(Throwable cause) {
      stopBeating();
      requests = null;
      if (session != this || closed) {
        return;
      }
      session = null;
      lastFindings = null;
      if (Status.fromThrowable(cause).getCode() == Status.Code.UNIMPLEMENTED) {
        events.unsupported();
        return;
      }
      Duration wait = backoff.next();
      events.disconnected(cause, wait);
      thread.schedule(RegisterStream.this::open, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}

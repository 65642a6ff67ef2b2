package dev.weft.client.ads;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.weft.client.Backoff;
import dev.weft.model.MeshSnapshot;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One ADS subscription for as long as the client lives: streams come and go, the resources stay.
 *
 * <p>A good response is acknowledged, a bad one refused with the reason, which leaves the last good
 * versions in force. Confined to the control thread, on which gRPC calls back too.
 */
public final class AdsStream {
  /** What the stream tells its owner. */
  public interface Events {
    /** New content. */
    void snapshot(MeshSnapshot snapshot);

    /** A response came on a new stream. */
    void connected();

    /** The stream ended; the next try comes after {@code retryIn}. */
    void disconnected(Throwable cause, Duration retryIn);

    /** A response was refused. */
    void refused(ResourceType type, String reason);
  }

  /** Responses of one change come in a burst; one snapshot serves them all. */
  private static final long COALESCE_MILLIS = 5;

  private final Channel channel;
  private final Supplier<Node> node;
  private final Events events;
  private final ScheduledExecutorService thread;
  private final Backoff backoff;
  private final Duration grace;
  private final XdsResources resources = new XdsResources();
  private final SnapshotAssembler assembler;
  private final PendingChange pending = new PendingChange();
  private @Nullable Session session;
  private @Nullable ScheduledFuture<?> graceTimer;
  private boolean closed;

  public AdsStream(
      Channel channel,
      Supplier<Node> node,
      MeshSnapshot base,
      Events events,
      ScheduledExecutorService thread,
      Backoff backoff,
      Duration grace) {
    this.channel = channel;
    this.node = node;
    this.events = events;
    this.thread = thread;
    this.backoff = backoff;
    this.grace = grace;
    this.assembler =
        new SnapshotAssembler(resources, base, () -> NodeIdentity.namespace(node.get()));
  }

  /** Opens a stream. */
  public void open() {
    if (closed) {
      return;
    }
    Session opened = new Session();
    session = opened;
    opened.start();
  }

  /** Starts over with a new stream, because the node has changed. */
  public void restart() {
    Session old = session;
    if (old != null) {
      session = null;
      old.end();
      open();
    }
  }

  /** Ends for good. */
  public void close() {
    closed = true;
    Session old = session;
    session = null;
    if (old != null) {
      old.end();
    }
    if (graceTimer != null) {
      graceTimer.cancel(false);
    }
  }

  /** The configuration in force. */
  public MeshSnapshot current() {
    return assembler.current();
  }

  private void publishSoon() {
    if (pending.schedule()) {
      thread.schedule(() -> publish(false), COALESCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void publish(boolean graceOver) {
    if (closed) {
      return;
    }
    MeshSnapshot next = assembler.assemble(graceOver ? null : pending.endpointsOnly(), graceOver);
    pending.clear();
    if (next != null) {
      events.snapshot(next);
    }
    boolean waits = assembler.waiting() && !graceOver;
    if (waits && graceTimer == null) {
      graceTimer =
          thread.schedule(
              () -> {
                graceTimer = null;
                publish(true);
              },
              grace.toMillis(),
              TimeUnit.MILLISECONDS);
    } else if (!assembler.waiting() && graceTimer != null) {
      graceTimer.cancel(false);
      graceTimer = null;
    }
  }

  /** One stream. A response that comes late from an older one is not looked at. */
  private final class Session implements StreamObserver<DiscoveryResponse> {
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    private @Nullable StreamObserver<DiscoveryRequest> requests;
    private boolean nodeSent;
    private boolean answered;

    void start() {
      requests = AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(this);
      for (ResourceType type : ResourceType.values()) {
        Subscription subscription = new Subscription(type);
        subscriptions.put(type, subscription);
        if (type.wildcard()) {
          send(subscription.request(null));
        } else {
          resubscribe(subscription);
        }
      }
    }

    void end() {
      StreamObserver<DiscoveryRequest> out = requests;
      requests = null;
      if (out != null) {
        out.onCompleted();
      }
    }

    private void send(DiscoveryRequest.Builder request) {
      StreamObserver<DiscoveryRequest> out = requests;
      if (out == null) {
        return;
      }
      if (!nodeSent) {
        request.setNode(node.get());
        nodeSent = true;
      }
      out.onNext(request.build());
    }

    @Override
    public void onNext(DiscoveryResponse response) {
      if (session != this) {
        return;
      }
      if (!answered) {
        answered = true;
        backoff.reset();
        events.connected();
      }
      ResourceType type = ResourceType.of(response.getTypeUrl());
      Subscription subscription = type == null ? null : subscriptions.get(type);
      if (type == null || subscription == null) {
        return;
      }
      ResourceCache.Applied applied = resources.apply(type, response.getResourcesList());
      subscription.nonce = response.getNonce();
      Status refusal = null;
      if (applied.error() == null) {
        subscription.version = response.getVersionInfo();
      } else {
        events.refused(type, applied.error());
        refusal =
            Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage(applied.error())
                .build();
      }
      subscription.names = resources.wanted(type);
      send(subscription.request(refusal));
      // What was asked for depends on what has come: clusters name endpoints, listeners routes.
      if (type == ResourceType.CLUSTER) {
        resubscribe(subscriptions.get(ResourceType.ENDPOINT));
      } else if (type == ResourceType.LISTENER) {
        resubscribe(subscriptions.get(ResourceType.ROUTE));
      }
      pending.add(type, applied.changed());
      publishSoon();
    }

    private void resubscribe(@Nullable Subscription subscription) {
      if (subscription == null) {
        return;
      }
      Set<String> wanted = resources.wanted(subscription.type);
      if (!wanted.equals(subscription.names)) {
        subscription.names = wanted;
        send(subscription.request(null));
      }
    }

    @Override
    public void onError(Throwable cause) {
      ended(cause);
    }

    @Override
    public void onCompleted() {
      ended(
          io.grpc.Status.UNAVAILABLE.withDescription("The server ended the stream").asException());
    }

    private void ended(Throwable cause) {
      requests = null;
      if (session != this || closed) {
        return;
      }
      session = null;
      Duration wait = backoff.next();
      events.disconnected(cause, wait);
      thread.schedule(AdsStream.this::open, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * State of one type on one stream. Nonces are only valid on their stream; versions are not
   * carried over either, since a restarted server may count them from the start again.
   */
  private static final class Subscription {
    final ResourceType type;
    Set<String> names = Set.of();
    String version = "";
    String nonce = "";

    Subscription(ResourceType type) {
      this.type = type;
    }

    DiscoveryRequest.Builder request(@Nullable Status refusal) {
      DiscoveryRequest.Builder request =
          DiscoveryRequest.newBuilder()
              .setTypeUrl(type.typeUrl())
              .setVersionInfo(version)
              .setResponseNonce(nonce)
              .addAllResourceNames(names);
      return refusal == null ? request : request.setErrorDetail(refusal);
    }
  }
}

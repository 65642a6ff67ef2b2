package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.PeerTls;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one channel to the endpoints that the engine chose, beside those that its own load
 * balancer keeps. One subchannel per address and expected identity; it belongs to gRPC as any
 * other, so keep-alive, GOAWAY and statistics are gRPC's.
 *
 * <p>Endpoints are made and change in the channel's synchronization context; picks read them from
 * any thread. An unreachable endpoint fails its picks at once, for the engine to choose another;
 * unlike gRPC's own back-off of up to two minutes it is tried again after a second.
 */
public final class MeshBalancer {
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Whose pickers are which. Weak: a channel takes its entry with it. */
  private static final Map<LoadBalancer.Helper, MeshBalancer> OF_HELPER =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Map<Object, MeshBalancer> OF_BALANCER =
      Collections.synchronizedMap(new WeakHashMap<>());

  private record Key(InetSocketAddress address, @Nullable PeerTls tls) {}

  private final java.lang.ref.WeakReference<LoadBalancer.Helper> channel;
  private final ConcurrentHashMap<Key, Endpoint> endpoints = new ConcurrentHashMap<>();

  /** What the channel's own balancer said last; written in the synchronization context. */
  private ConnectivityState ownState = ConnectivityState.CONNECTING;

  private @Nullable SubchannelPicker ownPicker;
  private boolean shutdown;

  private MeshBalancer(LoadBalancer.Helper helper) {
    channel = new java.lang.ref.WeakReference<>(helper);
  }

  /**
   * A channel has made its load balancer. Our picker is put in at once: names that only the mesh
   * knows may never resolve, and calls to them must not wait for that.
   */
  static void created(Object balancer, LoadBalancer.Helper helper) {
    if (!helper.getClass().getName().endsWith("ManagedChannelImpl$LbHelperImpl")) {
      return;
    }
    MeshBalancer ours = new MeshBalancer(helper);
    OF_HELPER.put(helper, ours);
    OF_BALANCER.put(balancer, ours);
    helper
        .getSynchronizationContext()
        .execute(
            () -> {
              if (ours.ownPicker == null && !ours.shutdown) {
                ours.refresh();
              }
            });
  }

  /** The channel ends or falls idle. */
  static void shutdown(Object balancer) {
    MeshBalancer ours = OF_BALANCER.remove(balancer);
    if (ours != null) {
      ours.shutdown = true;
      ours.endpoints.values().forEach(Endpoint::close);
      ours.endpoints.clear();
    }
  }

  /** Puts our picker over the one that the channel's balancer has just made. */
  static SubchannelPicker over(
      LoadBalancer.Helper helper, ConnectivityState state, SubchannelPicker picker) {
    MeshBalancer ours = OF_HELPER.get(helper);
    if (ours == null || picker instanceof MeshPicker) {
      return picker;
    }
    ours.ownState = state;
    ours.ownPicker = picker;
    return new MeshPicker(ours, picker);
  }

  /** Lets waiting calls pick again. */
  private void refresh() {
    LoadBalancer.Helper helper = channel.get();
    if (helper != null) {
      helper.updateBalancingState(ownState, new MeshPicker(this, ownPicker));
    }
  }

  PickResult pick(EndpointChoice choice) {
    LoadBalancer.Helper helper = channel.get();
    if (helper == null) {
      return PickResult.withNoResult();
    }
    Key key = new Key(choice.address(), choice.tls());
    Endpoint endpoint = endpoints.get(key);
    if (endpoint == null) {
      helper.getSynchronizationContext().execute(() -> open(helper, key));
      // That may have run at once, and refreshed the picker before this call could wait for it.
      endpoint = endpoints.get(key);
      if (endpoint == null) {
        return PickResult.withNoResult();
      }
    }
    return endpoint.pick(helper, key, choice);
  }

  private void open(LoadBalancer.Helper helper, Key key) {
    if (shutdown || endpoints.containsKey(key)) {
      return;
    }
    long now = System.nanoTime();
    endpoints
        .values()
        .removeIf(
            endpoint -> {
              boolean unused = now - endpoint.usedNanos > UNUSED_NANOS;
              if (unused) {
                endpoint.close();
              }
              return unused;
            });
    Endpoint endpoint = new Endpoint(this, helper, key);
    endpoints.put(key, endpoint);
    endpoint.start();
  }

  private void reopen(LoadBalancer.Helper helper, Key key, Endpoint failed) {
    if (endpoints.remove(key, failed)) {
      failed.close();
      open(helper, key);
    }
  }

  /** One endpoint's subchannel. */
  static final class Endpoint {
    private final MeshBalancer balancer;
    private final PeerTicket ticket;
    private final LoadBalancer.Subchannel subchannel;
    private volatile ConnectivityStateInfo state =
        ConnectivityStateInfo.forNonError(ConnectivityState.IDLE);
    private volatile long failedNanos;
    private volatile long usedNanos = System.nanoTime();

    Endpoint(MeshBalancer balancer, LoadBalancer.Helper helper, Key key) {
      this.balancer = balancer;
      this.ticket = new PeerTicket(key.tls());
      EquivalentAddressGroup address =
          new EquivalentAddressGroup(
              key.address(), Attributes.newBuilder().set(PeerTicket.KEY, ticket).build());
      this.subchannel =
          helper.createSubchannel(
              LoadBalancer.CreateSubchannelArgs.newBuilder().setAddresses(address).build());
    }

    void start() {
      subchannel.start(this::changed);
      subchannel.requestConnection();
    }

    void close() {
      subchannel.shutdown();
    }

    private void changed(ConnectivityStateInfo next) {
      if (next.getState() == ConnectivityState.SHUTDOWN) {
        return;
      }
      if (next.getState() == ConnectivityState.READY && !ticket.isHonoured()) {
        SSLException refused =
            new SSLException("this gRPC transport cannot put mTLS beneath a plaintext channel");
        ticket.failed(refused);
        Mesh.internalError("grpc.transport-without-mtls", refused);
        next =
            ConnectivityStateInfo.forTransientFailure(
                Status.UNAVAILABLE.withDescription(refused.getMessage()).withCause(refused));
        subchannel.shutdown();
      }
      if (next.getState() == ConnectivityState.TRANSIENT_FAILURE) {
        failedNanos = System.nanoTime();
      } else if (state.getState() == ConnectivityState.TRANSIENT_FAILURE
          && next.getState() != ConnectivityState.READY) {
        // Still failing as far as calls are concerned, until it is ready again.
        return;
      }
      state = next;
      balancer.refresh();
    }

    PickResult pick(LoadBalancer.Helper helper, Key key, EndpointChoice choice) {
      long now = System.nanoTime();
      usedNanos = now;
      ConnectivityStateInfo seen = state;
      switch (seen.getState()) {
        case READY:
          choice.pick();
          return PickResult.withSubchannel(subchannel);
        case TRANSIENT_FAILURE:
          if (now - failedNanos > RETRY_NANOS) {
            helper.getSynchronizationContext().execute(() -> balancer.reopen(helper, key, this));
            return PickResult.withNoResult();
          }
          choice.fail(tlsFailed(seen.getStatus()) ? Failure.TLS : Failure.CONNECT);
          return PickResult.withDrop(seen.getStatus());
        case IDLE:
          helper.getSynchronizationContext().execute(subchannel::requestConnection);
          return PickResult.withNoResult();
        default:
          return PickResult.withNoResult();
      }
    }

    private boolean tlsFailed(Status status) {
      if (ticket.failure() != null) {
        return true;
      }
      for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof SSLException) {
          return true;
        }
      }
      return false;
    }
  }
}

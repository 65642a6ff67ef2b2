package dev.weft.control.serve;

import dev.weft.control.auth.Caller;
import dev.weft.control.compile.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code AggregatedDiscoveryService}, state of the world. */
public final class AdsService
    extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(AdsService.class);

  private final PushLoop loop;
  private final Secrets secrets;

  /** Serves what {@code loop} compiles. */
  public AdsService(PushLoop loop, Secrets secrets) {
    this.loop = loop;
    this.secrets = secrets;
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> responses) {
    Caller caller = Caller.current();
    ServerCallStreamObserver<DiscoveryResponse> out =
        (ServerCallStreamObserver<DiscoveryResponse>) responses;
    Connection connection = new Connection(caller, out);
    out.setOnCancelHandler(connection::closed);
    return connection;
  }

  /** gRPC calls it by one thread at a time. */
  private final class Connection implements StreamObserver<DiscoveryRequest> {
    private final @Nullable Caller caller;
    private final ServerCallStreamObserver<DiscoveryResponse> out;
    private @Nullable AdsStream stream;

    Connection(@Nullable Caller caller, ServerCallStreamObserver<DiscoveryResponse> out) {
      this.caller = caller;
      this.out = out;
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      if (stream == null) {
        try {
          stream = open(request);
        } catch (StatusRuntimeException e) {
          LOG.warn("ADS stream refused: {}", e.getStatus().getDescription());
          out.onError(e);
          return;
        }
      }
      loop.request(stream, request);
    }

    /** Keys are given by SDS only to a caller that has proven who it is; others get ROOTCA. */
    private AdsStream open(DiscoveryRequest request) {
      Node node;
      try {
        node = Node.of(request.getNode());
      } catch (IllegalArgumentException e) {
        throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
      }
      if (caller != null
          && !caller.serviceAccount().isEmpty()
          && !node.serviceAccount().isEmpty()
          && !caller.is(node.namespace(), node.serviceAccount())) {
        throw Status.PERMISSION_DENIED
            .withDescription(
                "Node "
                    + node.id()
                    + " claims ns/"
                    + node.namespace()
                    + "/sa/"
                    + node.serviceAccount()
                    + ", authenticated is "
                    + caller
                    + ".")
            .asRuntimeException();
      }
      String namespace = node.namespace();
      String account = caller == null ? "" : node.serviceAccount();
      LOG.info("ADS stream of {} opened by {}.", node.id(), caller == null ? "nobody" : caller);
      return new AdsStream(node, this::send, name -> secrets.secret(namespace, account, name));
    }

    private void send(DiscoveryResponse response) {
      if (!out.isCancelled()) {
        out.onNext(response);
      }
    }

    @Override
    public void onError(Throwable error) {
      closed();
    }

    @Override
    public void onCompleted() {
      closed();
      out.onCompleted();
    }

    void closed() {
      if (stream != null) {
        loop.closed(stream);
      }
    }
  }
}

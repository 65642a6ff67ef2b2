package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.RequestScope;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;

/** Judges calls ahead of the application's interceptors. Stateless. */
public final class MeshServerInterceptor implements ServerInterceptor {
  static final MeshServerInterceptor INSTANCE = new MeshServerInterceptor();

  private MeshServerInterceptor() {}

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    Attributes attributes = call.getAttributes();
    InboundPort port =
        Mesh.engine() != null
                && attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION) == null
                && attributes.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR) instanceof InetSocketAddress local
                && !(call instanceof GovernedServerCall)
            ? Mesh.inbound(local.getPort())
            : null;
    if (port == null) {
      return next.startCall(call, headers);
    }
    SSLSession peer = attributes.get(ServerPeer.SESSION);
    SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    InboundCall inbound;
    try {
      inbound =
          port.begin(new ServerRequest(call, headers), ServerRequest.Reader.INSTANCE, peer, remote);
    } catch (RuntimeException | Error ours) {
      Mesh.internalError("grpc.server-call", ours);
      if (port.mode() == InboundPort.Mode.STRICT) {
        // Who called is not known: on a port that insists on knowing, that is a refusal.
        call.close(
            Status.UNAVAILABLE.withDescription("call could not be authorized"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
    return inbound == null ? next.startCall(call, headers) : govern(call, headers, next, inbound);
  }

  private static <Q, S> ServerCall.Listener<Q> govern(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next, InboundCall inbound) {
    LocalReply reply = inbound.reply();
    if (reply == null) {
      inbound.writeRequestHeaders(headers, MetadataHeaders.INSTANCE);
    }
    GovernedServerCall<Q, S> governed = new GovernedServerCall<>(call, inbound);
    MeshEngine engine = Mesh.engine();
    long delay = inbound.delayNanos();
    if (delay <= 0 || engine == null) {
      return start(governed, headers, next, inbound, reply);
    }
    DelayedListener<Q> delayed = new DelayedListener<>();
    engine
        .timer()
        .schedule(() -> delayed.open(start(governed, headers, next, inbound, reply)), delay);
    return delayed;
  }

  private static <Q, S> ServerCall.Listener<Q> start(
      GovernedServerCall<Q, S> call,
      Metadata headers,
      ServerCallHandler<Q, S> next,
      InboundCall inbound,
      @org.jspecify.annotations.Nullable LocalReply reply) {
    if (reply != null) {
      Metadata trailers = new Metadata();
      reply.writeHeaders(trailers, MetadataHeaders.INSTANCE);
      call.close(Status.fromCodeValue(reply.grpcStatus()).withDescription(reply.body()), trailers);
      return new ServerCall.Listener<>() {};
    }
    RequestScope.Current scope = inbound.makeCurrent();
    try {
      return new GovernedServerListener<>(next.startCall(call, headers), inbound);
    } catch (RuntimeException | Error thrown) {
      // gRPC closes the call with UNKNOWN by another way than our wrapper.
      inbound.end(200, Status.Code.UNKNOWN.value(), thrown);
      throw thrown;
    } finally {
      scope.close();
    }
  }
}

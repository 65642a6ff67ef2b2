package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.InboundCall;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** Records with which status the application closes a call. */
public final class GovernedServerCall<Q, S> extends SimpleForwardingServerCall<Q, S> {
  private final InboundCall inbound;

  GovernedServerCall(ServerCall<Q, S> call, InboundCall inbound) {
    super(call);
    this.inbound = inbound;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    super.close(status, trailers);
    inbound.end(200, status.getCode().value(), status.getCause());
  }
}

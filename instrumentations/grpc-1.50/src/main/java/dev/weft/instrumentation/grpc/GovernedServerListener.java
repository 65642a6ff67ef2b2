package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.RequestScope;
import io.grpc.ServerCall;
import io.grpc.Status;

/** Lets the application's listener run within the request's scope. */
public final class GovernedServerListener<Q> extends ServerCall.Listener<Q> {
  private final ServerCall.Listener<Q> application;
  private final InboundCall inbound;

  GovernedServerListener(ServerCall.Listener<Q> application, InboundCall inbound) {
    this.application = application;
    this.inbound = inbound;
  }

  @Override
  public void onMessage(Q message) {
    try (RequestScope.Current scope = inbound.makeCurrent()) {
      application.onMessage(message);
    }
  }

  @Override
  public void onHalfClose() {
    try (RequestScope.Current scope = inbound.makeCurrent()) {
      application.onHalfClose();
    }
  }

  @Override
  public void onReady() {
    try (RequestScope.Current scope = inbound.makeCurrent()) {
      application.onReady();
    }
  }

  @Override
  public void onCancel() {
    inbound.end(0, Status.Code.CANCELLED.value(), null);
    application.onCancel();
  }

  @Override
  public void onComplete() {
    application.onComplete();
  }
}

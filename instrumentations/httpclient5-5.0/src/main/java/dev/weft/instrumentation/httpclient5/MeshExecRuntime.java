package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import org.apache.hc.client5.http.EndpointInfo;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * Holds the connection back until the request is complete. The library leases and connects before
 * its processors have added headers, cookies and credentials; which endpoint it shall be depends on
 * them. So {@link #acquireEndpoint} only remembers what is asked for, and {@link #execute} lets an
 * {@link Exchange} lease and connect per attempt.
 *
 * <p>Everything else goes to the library's own runtime. The end of the response body is told by the
 * library through {@link #releaseEndpoint} and {@link #discardEndpoint}. Used by one thread at a
 * time; a cancel of the application reaches the library's runtime directly.
 */
final class MeshExecRuntime implements ExecRuntime {
  private final ExecRuntime own;
  private final Destination destination;
  private final int flags;
  private @Nullable Lease wanted;
  private boolean held;
  private @Nullable Exchange exchange;

  /** What the library asked for. */
  record Lease(String id, HttpRoute route, @Nullable Object state) {}

  /**
   * @param flags of {@link Destination#begin}
   */
  MeshExecRuntime(ExecRuntime own, Destination destination, int flags) {
    this.own = own;
    this.destination = destination;
    this.flags = flags;
  }

  @Override
  public void acquireEndpoint(
      String id, HttpRoute route, @Nullable Object state, HttpClientContext context) {
    wanted = new Lease(id, route, state);
    held = true;
  }

  @Override
  public boolean isEndpointAcquired() {
    return held || own.isEndpointAcquired();
  }

  @Override
  public boolean isEndpointConnected() {
    return held || own.isEndpointConnected();
  }

  /** Comes when an endpoint was disconnected between two legs of an authentication. */
  @Override
  public void connectEndpoint(HttpClientContext context) throws IOException {
    if (wanted == null) {
      own.connectEndpoint(context);
    } else {
      own.discardEndpoint();
      held = true;
    }
  }

  @Override
  public ClassicHttpResponse execute(
      String id, ClassicHttpRequest request, HttpClientContext context)
      throws IOException, HttpException {
    return execute(id, request, null, context);
  }

  /** Since 5.4; before that the library has no callback. */
  @Override
  public ClassicHttpResponse execute(
      String id,
      ClassicHttpRequest request,
      @Nullable HttpResponseInformationCallback callback,
      HttpClientContext context)
      throws IOException, HttpException {
    Lease lease = wanted;
    if (lease == null) {
      return send(id, request, callback, context);
    }
    held = false;
    if (own.isEndpointAcquired()) {
      endPreviousLeg();
    }
    exchange = null;
    Call call = begin(request);
    if (call == null) {
      return direct(lease, id, request, callback, context);
    }
    exchange = new Exchange(call, this, own, lease, request, context);
    return exchange.run(id, callback);
  }

  /**
   * A challenge was read to its end and is answered now, without the library having let go of the
   * connection. Through the pool, since the next leg may go to another endpoint; if it does not, it
   * finds the same connection there.
   */
  private void endPreviousLeg() {
    if (own.isConnectionReusable()) {
      releaseEndpoint();
    } else {
      discardEndpoint();
    }
  }

  private @Nullable Call begin(ClassicHttpRequest request) {
    try {
      return destination.begin(request, RequestAdapter.INSTANCE, flags);
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.MeshExecRuntime", failure);
      return null;
    }
  }

  /** As if the mesh were not there. */
  ClassicHttpResponse direct(
      Lease lease,
      String id,
      ClassicHttpRequest request,
      @Nullable HttpResponseInformationCallback callback,
      HttpClientContext context)
      throws IOException, HttpException {
    exchange = null;
    own.acquireEndpoint(lease.id(), lease.route(), lease.state(), context);
    own.connectEndpoint(context);
    return send(id, request, callback, context);
  }

  /** The library's own send on the connection in use. */
  ClassicHttpResponse send(
      String id,
      ClassicHttpRequest request,
      @Nullable HttpResponseInformationCallback callback,
      HttpClientContext context)
      throws IOException, HttpException {
    return callback == null
        ? own.execute(id, request, context)
        : own.execute(id, request, callback, context);
  }

  @Override
  public void releaseEndpoint() {
    held = false;
    own.releaseEndpoint();
    if (exchange != null) {
      exchange.released();
    }
  }

  @Override
  public void discardEndpoint() {
    held = false;
    own.discardEndpoint();
    if (exchange != null) {
      exchange.discarded();
    }
  }

  @Override
  public void disconnectEndpoint() throws IOException {
    held = false;
    own.disconnectEndpoint();
    if (exchange != null) {
      exchange.discarded();
    }
  }

  @Override
  public void markConnectionReusable(@Nullable Object state, TimeValue validityTime) {
    own.markConnectionReusable(exchange == null ? state : exchange.poolState(state), validityTime);
  }

  @Override
  public void markConnectionNonReusable() {
    own.markConnectionNonReusable();
  }

  @Override
  public boolean isConnectionReusable() {
    return own.isConnectionReusable();
  }

  @Override
  public boolean isExecutionAborted() {
    return own.isExecutionAborted();
  }

  @Override
  public void upgradeTls(HttpClientContext context) throws IOException {
    own.upgradeTls(context);
  }

  /** Since 5.4. */
  @Override
  public @Nullable EndpointInfo getEndpointInfo() {
    return held ? null : own.getEndpointInfo();
  }

  @Override
  public ExecRuntime fork(CancellableDependency cancellableAware) {
    return own.fork(cancellableAware);
  }
}

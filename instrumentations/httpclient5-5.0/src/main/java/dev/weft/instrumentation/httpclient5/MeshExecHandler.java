package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * The mesh's place in the library's chain: directly above the protocol handler, so below redirects
 * and the library's own retries. It only decides whether the mesh knows the destination, and if so
 * replaces the execution runtime for everything below, where the request is complete.
 */
public final class MeshExecHandler implements ExecChainHandler {
  private static final String NAME = "weft-mesh";

  /** Builders that have the handler; {@code build()} may be called many times on one. */
  private static final Set<HttpClientBuilder> DONE =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private MeshExecHandler() {}

  /** Adds the handler to a builder, once. */
  public static void addTo(HttpClientBuilder builder) {
    if (DONE.add(builder)) {
      builder.addExecInterceptorBefore(ChainElement.PROTOCOL.name(), NAME, new MeshExecHandler());
    }
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Destination destination = lookUp(scope.route);
    return chain.proceed(
        request, destination == null ? scope : governed(request, scope, destination));
  }

  private static @Nullable Destination lookUp(HttpRoute route) {
    try {
      HttpHost target = route.getTargetHost();
      return route.getProxyHost() == null && !UnixSockets.uses(route)
          ? Mesh.http(target.getHostName(), target.getPort())
          : null;
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.MeshExecHandler", failure);
      return null;
    }
  }

  /**
   * Whether a body can be sent again is asked here: further down the library wraps it, and the
   * wrapper of a one-shot body says that it can until it has been read.
   */
  private static ExecChain.Scope governed(
      ClassicHttpRequest request, ExecChain.Scope scope, Destination destination) {
    HttpEntity body = request.getEntity();
    int flags =
        (body == null || body.isRepeatable() ? Destination.BODY_REPEATABLE : 0)
            | (scope.route.isSecure() ? Destination.APP_TLS : 0);
    return new ExecChain.Scope(
        scope.exchangeId,
        scope.route,
        scope.originalRequest,
        new MeshExecRuntime(scope.execRuntime, destination, flags),
        scope.clientContext);
  }
}

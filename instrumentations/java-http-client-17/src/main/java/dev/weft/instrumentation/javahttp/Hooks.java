package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.RequestScope;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What the woven methods of the client ask, apart from how they are woven. */
final class Hooks {
  private Hooks() {}

  /**
   * Starts a governed call in place of {@code Exchange.responseAsync()}.
   *
   * @return null: not ours, or one of our own attempts; let the client send
   */
  static @Nullable Object begin(Object exchange) {
    if (!JdkHttpInternals.READY || Mesh.engine() == null) {
      return null;
    }
    HttpRequest request = JdkHttpInternals.request(exchange);
    URI uri = request.uri();
    if (uri == null) {
      return null;
    }
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort();
    Destination destination = Mesh.http(uri.getHost(), port != -1 ? port : tls ? 443 : 80);
    if (destination == null) {
      return null;
    }
    Object carried = JdkHttpInternals.carried(request);
    CallerContext caller = carried instanceof CallerContext context ? context : null;
    if ((carried != null && caller == null)
        || (caller != null && caller.nested)
        || JdkHttpInternals.isWebSocket(request)) {
      // Our own attempt, a real proxy, a nested call, a WebSocket.
      return null;
    }
    int flags = tls ? Destination.APP_TLS : 0;
    if (request.bodyPublisher().map(Bodies::repeatable).orElse(true)) {
      flags |= Destination.BODY_REPEATABLE;
    }
    Call call;
    if (caller == null) {
      call = destination.begin(request, Messages.REQUEST, flags);
    } else {
      try (RequestScope.Current scope = RequestScope.makeCurrent(caller.scope)) {
        call = destination.begin(request, Messages.REQUEST, flags);
      }
    }
    if (call == null) {
      return null;
    }
    Object multi = JdkHttpInternals.multi(exchange);
    return new GovernedCall(call, exchange, multi, request, tls).start();
  }

  /** Remembers what the application's thread knows, before the client leaves that thread. */
  static void remember(Object multi) {
    if (!JdkHttpInternals.READY || Mesh.engine() == null) {
      return;
    }
    CallerContext caller = CallerContext.ofThisThread();
    if (caller != null) {
      HttpRequest request = JdkHttpInternals.multiRequest(multi);
      if (JdkHttpInternals.carried(request) == null) {
        JdkHttpInternals.carry(request, caller);
      }
    }
  }

  /** The attempt whose request this is, or null. */
  static @Nullable Try attempt(Object request) {
    return JdkHttpInternals.READY && JdkHttpInternals.carried(request) instanceof Try attempt
        ? attempt
        : null;
  }

  /** The attempt whose exchange this is, or null. */
  static @Nullable Try attemptOf(Object exchange) {
    return JdkHttpInternals.READY ? attempt(JdkHttpInternals.request(exchange)) : null;
  }

  /** The mesh's own reply that this exchange stands for, or null. */
  static @Nullable Reply replyOf(Object exchange) {
    return JdkHttpInternals.READY
            && JdkHttpInternals.carried(JdkHttpInternals.request(exchange)) instanceof Reply reply
        ? reply
        : null;
  }
}

package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * All access to package-private members of {@code jdk.internal.net.http}, in one place. The members
 * are the same on JDK 17, 21 and 25; a test per JDK touches each of them.
 *
 * <p>{@code Exchange}, {@code MultiExchange}, {@code Response} and their like cannot be named here,
 * so they travel as {@link Object}; a parameter's name says which one it is. Where a member is
 * missing {@link #READY} is false, every hook stands aside, and the client is not governed.
 */
public final class JdkHttpInternals {
  private static final Members IN = new Members("jdk.internal.net.http.");

  private static final Class<?> EXCHANGE = IN.type("Exchange");
  private static final Class<?> MULTI = IN.type("MultiExchange");
  private static final Class<?> IMPL = IN.type("ExchangeImpl");
  private static final Class<?> RESPONSE = IN.type("Response");
  private static final Class<?> REQUEST = IN.type("HttpRequestImpl");
  private static final Class<?> CONNECTION = IN.type("HttpConnection");
  private static final Class<?> SSL_CONNECTION = IN.type("AbstractAsyncSSLConnection");
  private static final Class<?> CLIENT = IN.type("HttpClientImpl");
  private static final Class<?> EXECUTOR = IN.type("HttpClientImpl$DelegatingExecutor");
  private static final Class<?> HEADERS_BUILDER = IN.type("common.HttpHeadersBuilder");
  private static final Class<?> FUTURE = CompletableFuture.class;

  private static final MethodHandle EXCHANGE_REQUEST = IN.getter(EXCHANGE, "request", REQUEST);
  private static final MethodHandle EXCHANGE_MULTI = IN.getter(EXCHANGE, "multi", MULTI);
  private static final MethodHandle NEW_EXCHANGE = IN.constructor(EXCHANGE, REQUEST, MULTI);
  private static final MethodHandle RESPONSE_ASYNC = IN.method(EXCHANGE, "responseAsync", FUTURE);
  private static final MethodHandle CANCEL =
      IN.method(EXCHANGE, "cancel", void.class, IOException.class);
  private static final MethodHandle IGNORE_BODY = IN.method(EXCHANGE, "ignoreBody", FUTURE);
  private static final MethodHandle RELEASED = IN.method(EXCHANGE, "released", void.class);
  private static final MethodHandle CANCEL_CAUSE =
      IN.method(EXCHANGE, "getCancelCause", IOException.class);
  private static final MethodHandle GET_IMPL = IN.getter(EXCHANGE, "exchImpl", IMPL);
  private static final MethodHandle SET_IMPL = IN.setter(EXCHANGE, "exchImpl", IMPL);
  private static final MethodHandle SET_PENDING = IN.setter(EXCHANGE, "exchangeCF", FUTURE);
  private static final MethodHandle SET_IGNORED = IN.setter(EXCHANGE, "bodyIgnored", FUTURE);
  private static final MethodHandle SET_CURRENT = IN.setter(MULTI, "exchange", EXCHANGE);
  private static final MethodHandle CANCELLED = IN.getter(MULTI, "cancelled", boolean.class);
  private static final MethodHandle SET_RETRIED =
      IN.setter(MULTI, boolean.class, "retriedOnce", "expiredOnce");
  private static final MethodHandle MULTI_REQUEST = IN.getter(MULTI, "request", REQUEST);
  private static final MethodHandle MULTI_CLIENT = IN.getter(MULTI, "client", CLIENT);
  private static final MethodHandle MULTI_EXECUTOR = IN.getter(MULTI, "executor", EXECUTOR);
  private static final MethodHandle DELEGATE = IN.method(EXECUTOR, "delegate", Executor.class);
  private static final MethodHandle NEW_REQUEST =
      IN.constructor(REQUEST, HttpRequest.class, ProxySelector.class);
  private static final MethodHandle IS_WEB_SOCKET =
      IN.method(REQUEST, "isWebSocket", boolean.class);
  private static final MethodHandle SYSTEM_HEADERS =
      IN.method(REQUEST, "getSystemHeadersBuilder", HEADERS_BUILDER);
  private static final MethodHandle HEADER_MAP = IN.method(HEADERS_BUILDER, "map", Map.class);
  private static final MethodHandle STATUS = IN.getter(RESPONSE, "statusCode", int.class);
  private static final MethodHandle HEADERS = IN.getter(RESPONSE, "headers", HttpHeaders.class);
  private static final MethodHandle VERSION =
      IN.getter(RESPONSE, "version", HttpClient.Version.class);
  private static final MethodHandle NEW_RESPONSE =
      IN.constructor(
          RESPONSE,
          REQUEST,
          EXCHANGE,
          HttpHeaders.class,
          CONNECTION,
          int.class,
          HttpClient.Version.class,
          boolean.class);
  private static final MethodHandle IMPL_CONNECTION = IN.method(IMPL, "connection", CONNECTION);
  private static final @Nullable MethodHandle UNPROCESSED =
      IN.optional(IMPL, "isUnprocessedByPeer", boolean.class);
  private static final MethodHandle ADDRESS =
      IN.getter(CONNECTION, "address", InetSocketAddress.class);
  private static final MethodHandle ENGINE =
      IN.method(SSL_CONNECTION, "getEngine", SSLEngine.class);
  private static final VarHandle PROXY = proxyField();

  /** What was missing, or null. */
  public static final @Nullable Throwable MISSING = IN.missing();

  /** Whether every member was found; false: this JDK's client is unknown to us. */
  public static final boolean READY = MISSING == null;

  static {
    if (MISSING != null) {
      Mesh.internalError("java.net.http: unknown JDK, not governed", MISSING);
    }
  }

  private JdkHttpInternals() {}

  private static VarHandle proxyField() {
    try {
      return MethodHandles.privateLookupIn(REQUEST, MethodHandles.lookup())
          .findVarHandle(REQUEST, "proxy", Proxy.class);
    } catch (ReflectiveOperationException | RuntimeException e) {
      IN.missing(e);
      return MethodHandles.arrayElementVarHandle(Object[].class);
    }
  }

  /** {@code Exchange.request}. */
  static HttpRequest request(Object exchange) {
    try {
      return (HttpRequest) (Object) EXCHANGE_REQUEST.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code HttpRequestImpl.proxy}: where a request carries what is ours, see {@link Carried}. */
  static @Nullable Object carried(Object request) {
    return (Object) PROXY.getVolatile(request);
  }

  static void carry(Object request, @Nullable Proxy carried) {
    PROXY.setVolatile(request, carried);
  }

  /** Headers that the client's own filters have set: cookies, authorization, user agent. */
  @SuppressWarnings("unchecked")
  static Map<String, List<String>> systemHeaders(Object request) {
    try {
      return (Map<String, List<String>>)
          (Object) HEADER_MAP.invokeExact((Object) SYSTEM_HEADERS.invokeExact((Object) request));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static Object multi(Object exchange) {
    try {
      return (Object) EXCHANGE_MULTI.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static Object newExchange(Object request, Object multi) {
    try {
      return (Object) NEW_EXCHANGE.invokeExact((Object) request, (Object) multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @SuppressWarnings("unchecked")
  static CompletableFuture<Object> responseAsync(Object exchange) {
    try {
      return (CompletableFuture<Object>) (Object) RESPONSE_ASYNC.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void cancel(Object exchange, IOException cause) {
    try {
      Object nothing = (Object) CANCEL.invokeExact((Object) exchange, (Object) cause);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static CompletableFuture<?> ignoreBody(Object exchange) {
    try {
      return (CompletableFuture<?>) (Object) IGNORE_BODY.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void released(Object exchange) {
    try {
      Object nothing = (Object) RELEASED.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static @Nullable IOException cancelCause(Object exchange) {
    try {
      return (IOException) (Object) CANCEL_CAUSE.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static @Nullable Object impl(Object exchange) {
    try {
      return (Object) GET_IMPL.invokeExact((Object) exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void setImpl(Object exchange, @Nullable Object impl) {
    try {
      Object nothing = (Object) SET_IMPL.invokeExact((Object) exchange, (Object) impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A future that the exchange fails when it is cancelled before it has an implementation. */
  static void setPending(Object exchange, @Nullable CompletableFuture<?> pending) {
    try {
      Object nothing = (Object) SET_PENDING.invokeExact((Object) exchange, (Object) pending);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void setBodyIgnored(Object exchange, CompletableFuture<?> ignored) {
    try {
      Object nothing = (Object) SET_IGNORED.invokeExact((Object) exchange, (Object) ignored);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Directs timers and cancellation of {@code multi} to {@code exchange}. */
  static void setCurrent(Object multi, Object exchange) {
    try {
      // The JDK guards the field by this monitor and never blocks under it.
      synchronized (multi) {
        Object nothing = (Object) SET_CURRENT.invokeExact((Object) multi, (Object) exchange);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether the application cancelled, or its own timeout ran out. */
  static boolean cancelled(Object multi) {
    try {
      return (boolean) (Object) CANCELLED.invokeExact((Object) multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Keeps the client from adding a retry of its own. */
  static void setRetriedOnce(Object multi) {
    try {
      Object nothing = (Object) SET_RETRIED.invokeExact((Object) multi, (Object) Boolean.TRUE);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static HttpRequest multiRequest(Object multi) {
    try {
      return (HttpRequest) (Object) MULTI_REQUEST.invokeExact((Object) multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static HttpClient client(Object multi) {
    try {
      return (HttpClient) (Object) MULTI_CLIENT.invokeExact((Object) multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Runs {@code task} on the client's executor, never on the calling thread. */
  static void executeAsync(Object multi, Runnable task) {
    Executor executor;
    try {
      Object delegating = (Object) MULTI_EXECUTOR.invokeExact((Object) multi);
      executor = (Executor) (Object) DELEGATE.invokeExact(delegating);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    try {
      executor.execute(task);
    } catch (RejectedExecutionException shutDown) {
      // What newer clients do themselves: a call that is under way gets to its end.
      ForkJoinPool.commonPool().execute(task);
    }
  }

  static HttpRequest newRequest(HttpRequest from) {
    try {
      return (HttpRequest) (Object) NEW_REQUEST.invokeExact((Object) from, (Object) null);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static boolean isWebSocket(Object request) {
    try {
      return (boolean) (Object) IS_WEB_SOCKET.invokeExact((Object) request);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int status(Object response) {
    try {
      return (int) (Object) STATUS.invokeExact((Object) response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static HttpHeaders headers(Object response) {
    try {
      return (HttpHeaders) (Object) HEADERS.invokeExact((Object) response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static HttpClient.Version version(Object response) {
    try {
      return (HttpClient.Version) (Object) VERSION.invokeExact((Object) response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static Object newResponse(
      Object request,
      Object exchange,
      HttpHeaders headers,
      @Nullable Object connection,
      int status,
      HttpClient.Version version) {
    try {
      return (Object)
          NEW_RESPONSE.invokeExact(
              request,
              exchange,
              (Object) headers,
              (Object) connection,
              (Object) status,
              (Object) version,
              (Object) false);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static @Nullable Object connection(Object impl) {
    try {
      return (Object) IMPL_CONNECTION.invokeExact((Object) impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * HTTP/2: the peer said that it has not processed the stream. Older updates of JDK 17 do not keep
   * this; there it is always false.
   */
  static boolean unprocessed(Object impl) {
    MethodHandle unprocessed = UNPROCESSED;
    if (unprocessed == null) {
      return false;
    }
    try {
      return (boolean) (Object) unprocessed.invokeExact((Object) impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static InetSocketAddress address(Object connection) {
    try {
      return (InetSocketAddress) (Object) ADDRESS.invokeExact((Object) connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static SSLEngine engine(Object connection) {
    try {
      return (SSLEngine) (Object) ENGINE.invokeExact((Object) connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof RuntimeException runtime) {
      return runtime;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(thrown);
  }
}

package dev.weft.instrumentation.httpclient5;

import java.io.IOException;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * The library's own retries, unless the mesh has just retried this call itself: then its result is
 * final, else the two would multiply.
 */
public final class MeshRetryStrategy implements HttpRequestRetryStrategy {
  private static final String RETRIED = "dev.weft.retried";

  private final HttpRequestRetryStrategy own;

  private MeshRetryStrategy(HttpRequestRetryStrategy own) {
    this.own = own;
  }

  /** Wraps {@code own}; null and what is wrapped already stay as they are. */
  public static @Nullable HttpRequestRetryStrategy around(@Nullable HttpRequestRetryStrategy own) {
    return own == null || own instanceof MeshRetryStrategy ? own : new MeshRetryStrategy(own);
  }

  /** Notes whether the mesh has retried the call that has just ended in {@code context}. */
  static void retried(HttpContext context, boolean retried) {
    if (retried) {
      context.setAttribute(RETRIED, Boolean.TRUE);
    } else if (context.getAttribute(RETRIED) != null) {
      context.removeAttribute(RETRIED);
    }
  }

  @Override
  public boolean retryRequest(
      HttpRequest request, IOException exception, int execCount, HttpContext context) {
    return !isFinal(context) && own.retryRequest(request, exception, execCount, context);
  }

  @Override
  public boolean retryRequest(HttpResponse response, int execCount, HttpContext context) {
    return !isFinal(context) && own.retryRequest(response, execCount, context);
  }

  @Override
  public TimeValue getRetryInterval(
      HttpRequest request, IOException exception, int execCount, HttpContext context) {
    // Since 5.1; in 5.0 nobody calls it.
    return own.getRetryInterval(request, exception, execCount, context);
  }

  @Override
  public TimeValue getRetryInterval(HttpResponse response, int execCount, HttpContext context) {
    return own.getRetryInterval(response, execCount, context);
  }

  private static boolean isFinal(@Nullable HttpContext context) {
    return context != null && context.getAttribute(RETRIED) != null;
  }
}

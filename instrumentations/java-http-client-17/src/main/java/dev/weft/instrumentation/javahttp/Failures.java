package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.Attempt.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Tells what the client's exceptions mean. */
final class Failures {
  private static final String EXPIRED = "jdk.internal.net.http.common.ConnectionExpiredException";

  private Failures() {}

  /** The exception beneath the wrappers of {@code CompletableFuture}. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** A pooled connection turned out to be closed before a byte of the response. */
  static boolean expired(Throwable cause) {
    return cause.getClass().getName().equals(EXPIRED);
  }

  /** What the application gets to see: never the client's internal exception. */
  static Throwable delivered(Throwable cause) {
    return expired(cause) && cause.getCause() != null ? cause.getCause() : cause;
  }

  /**
   * @param impl the exchange's implementation, if it got that far
   */
  static Failure of(Throwable cause, @Nullable Object impl) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return Failure.CONNECT;
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof SSLHandshakeException || t instanceof SSLPeerUnverifiedException) {
        return Failure.TLS;
      }
    }
    if (impl != null && JdkHttpInternals.unprocessed(impl)) {
      return Failure.REFUSED_STREAM;
    }
    if (cause instanceof ProtocolException) {
      return Failure.OTHER;
    }
    return cause instanceof IOException ? Failure.RESET : Failure.OTHER;
  }
}

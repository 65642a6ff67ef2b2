package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Attempt.Failure;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Says what an exception of the library means to the mesh. */
final class Failures {
  private Failures() {}

  /** A failure while connecting; {@code tls}: after TCP stood, in mesh TLS. */
  static Failure connecting(Exception failure, boolean tls) {
    if (tls) {
      return Failure.TLS;
    }
    return failure instanceof IOException ? Failure.CONNECT : Failure.OTHER;
  }

  /**
   * A failure after the request may have left. The library's own response timeout is the
   * application's business and never retried.
   */
  static Failure sending(Exception failure) {
    if (failure instanceof SocketTimeoutException) {
      return Failure.OTHER;
    }
    return failure instanceof SocketException
            || failure instanceof SSLException
            || failure instanceof NoHttpResponseException
            || failure instanceof ConnectionClosedException
        ? Failure.RESET
        : Failure.OTHER;
  }
}

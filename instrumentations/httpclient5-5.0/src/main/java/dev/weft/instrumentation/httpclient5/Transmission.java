package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends one attempt: leases a connection under the endpoint's pool key, connects it where it
 * belongs, sends the request with the attempt's changes, and waits for the head of the response,
 * all within the attempt's time.
 */
final class Transmission {
  /** Where it was when it failed. */
  private enum Phase {
    LEASE,
    CONNECT,
    SEND
  }

  private final Attempt attempt;
  private final ExecRuntime own;
  private final MeshExecRuntime runtime;
  private final MeshExecRuntime.Lease lease;
  private final HttpClientContext context;
  private final Steering steering;
  private Watchdog limit = Watchdog.ASLEEP;
  private Watchdog connectLimit = Watchdog.ASLEEP;
  private Phase phase = Phase.LEASE;

  /** The application's connection manager does not let connections be steered. */
  static final class NotSteerable extends IOException {
    private static final long serialVersionUID = 1;

    NotSteerable(String message) {
      super(message);
    }
  }

  Transmission(
      Attempt attempt,
      ExecRuntime own,
      MeshExecRuntime runtime,
      MeshExecRuntime.Lease lease,
      HttpClientContext context) {
    this.attempt = attempt;
    this.own = own;
    this.runtime = runtime;
    this.lease = lease;
    this.context = context;
    this.steering = new Steering(attempt, context, millis(handshakeNanos(attempt)));
  }

  ClassicHttpResponse run(
      ClassicHttpRequest request, String id, @Nullable HttpResponseInformationCallback callback)
      throws IOException, HttpException {
    limit = Watchdog.over(own, attempt.timeoutNanos());
    Steering before = Steering.swap(steering);
    try {
      lease();
      phase = Phase.CONNECT;
      connect();
      phase = Phase.SEND;
      ClassicHttpRequest wire = WireRequest.of(request, attempt);
      attempt.sent();
      return runtime.send(id, wire, callback, context);
    } finally {
      Steering.swap(before);
    }
  }

  /** Ends the time limit; returns whether it had run out. */
  boolean disarm() {
    return limit.disarm() | connectLimit.disarm();
  }

  /** The pool key of this attempt's connection. */
  PoolState poolState() {
    return new PoolState(lease.state(), attempt.address(), attempt.tls());
  }

  /**
   * @param late whether a time limit of the mesh had run out
   */
  Attempt.Failure kindOf(boolean late, Exception failure) {
    if (late && !connectLimit.fired()) {
      return Attempt.Failure.TIMEOUT;
    }
    switch (phase) {
      case LEASE:
        return Attempt.Failure.OTHER;
      case CONNECT:
        return Failures.connecting(failure, steering.tlsFailed());
      default:
        return Failures.sending(failure);
    }
  }

  /** What the library throws when time is over in this phase. */
  Exception timeout(Exception cause) {
    IOException timeout =
        phase == Phase.CONNECT
            ? new ConnectTimeoutException(
                "Connect to " + lease.route().getTargetHost() + " timed out")
            : new SocketTimeoutException("Read timed out");
    timeout.initCause(cause);
    return timeout;
  }

  /** Throws {@code failure} as it is. */
  static RuntimeException raise(Exception failure) throws IOException, HttpException {
    if (failure instanceof IOException) {
      throw (IOException) failure;
    }
    if (failure instanceof HttpException) {
      throw (HttpException) failure;
    }
    throw (RuntimeException) failure;
  }

  private void lease() throws IOException {
    RequestConfig config = context.getRequestConfig();
    RequestConfig bounded = bounded(config, attempt.timeoutNanos());
    if (bounded == config) {
      own.acquireEndpoint(lease.id(), lease.route(), poolState(), context);
      return;
    }
    context.setRequestConfig(bounded);
    try {
      own.acquireEndpoint(lease.id(), lease.route(), poolState(), context);
    } finally {
      context.setRequestConfig(config);
    }
  }

  /** Nobody can be woken from a lease but by its own timeout. */
  private static @Nullable RequestConfig bounded(@Nullable RequestConfig config, long nanos) {
    if (nanos <= 0 || config == null) {
      return config;
    }
    Timeout application = config.getConnectionRequestTimeout();
    Timeout left =
        Timeout.of(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)), TimeUnit.MILLISECONDS);
    if (application != null && !application.isDisabled() && application.compareTo(left) <= 0) {
      return config;
    }
    return RequestConfig.copy(config).setConnectionRequestTimeout(left).build();
  }

  private void connect() throws IOException {
    if (own.isEndpointConnected()) {
      if (steering.verified()) {
        return;
      }
      own.disconnectEndpoint();
      steering.disconnected();
    }
    connectLimit = Watchdog.over(own, attempt.connectTimeoutNanos());
    own.connectEndpoint(context);
    if (connectLimit.disarm()) {
      throw new ConnectTimeoutException(
          "Connect to " + lease.route().getTargetHost() + " timed out");
    }
    if (!steering.verified()) {
      notSteered();
    }
  }

  private void notSteered() throws IOException {
    own.discardEndpoint();
    String problem =
        "Connections to "
            + lease.route().getTargetHost()
            + " are made by a connection manager that Weft cannot steer";
    if (attempt.tls() != null) {
      throw new SSLException(problem + "; the peer's identity cannot be checked, nothing was sent");
    }
    NotSteerable failure = new NotSteerable(problem + "; the request goes out as without a mesh");
    Mesh.internalError("httpclient5.Transmission", failure);
    throw failure;
  }

  private static long handshakeNanos(Attempt attempt) {
    long connect = attempt.connectTimeoutNanos();
    long all = attempt.timeoutNanos();
    return connect <= 0 || all <= 0 ? Math.max(connect, all) : Math.min(connect, all);
  }

  private static int millis(long nanos) {
    return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, 1 + nanos / 1_000_000);
  }
}

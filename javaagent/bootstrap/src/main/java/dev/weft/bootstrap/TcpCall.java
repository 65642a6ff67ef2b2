package dev.weft.bootstrap;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One governed TCP connection. The adapter asks {@link #next()} for an endpoint, connects, reports,
 * and asks again after a failure until null.
 */
public abstract class TcpCall {

  /**
   * Chooses the next endpoint. After this, {@link #address()} is valid.
   *
   * @return false when there is no endpoint left to try: throw the last exception of the library
   */
  public abstract boolean next();

  /** The endpoint chosen by {@link #next()}. */
  public abstract InetSocketAddress address();

  /** Nanoseconds to wait before this connect: backoff after every endpoint has failed; often 0. */
  public abstract long waitNanos();

  /** Longest time for this connect, in nanoseconds; 0 leaves the library's own. */
  public abstract long connectTimeoutNanos();

  /** TLS to put beneath the library, or null. */
  public abstract @Nullable PeerTls tls();

  /**
   * Whether a connected server that turns out to be read-only (a hot standby) must be reported as
   * {@link #failed} so that the next endpoint is tried.
   */
  public abstract boolean requiresPrimary();

  /** The connect failed, or the server has the wrong role. Counts for outlier detection. */
  public abstract void failed(Throwable cause);

  /** The connection stands; it counts as active until {@link #closed}. */
  public abstract void connected();

  /** The connection ended. Idempotent. */
  public abstract void closed();
}

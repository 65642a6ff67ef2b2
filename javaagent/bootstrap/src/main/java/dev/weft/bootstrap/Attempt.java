package dev.weft.bootstrap;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One try of a {@link Call} at one endpoint.
 *
 * <p>It ends in parts: {@link #response} when status and headers are there, {@link #end} when the
 * body is, or {@link #failed}. Each report is idempotent; the first of {@code failed} and {@code
 * end} wins. Permits (limits, active requests) are held until then, so every attempt that {@link
 * Call#next} handed out must see one of the two.
 */
public abstract class Attempt {

  /** How an attempt failed, as far as the library can tell. */
  public enum Failure {
    /** No connection: nothing was sent. TCP refused, unreachable, connect timeout. */
    CONNECT,
    /** TLS handshake or peer identity failed: nothing of the request was sent. */
    TLS,
    /** HTTP/2 REFUSED_STREAM, or GOAWAY below our stream: the peer has not processed it. */
    REFUSED_STREAM,
    /** The connection ended or was reset after the request may have left, before a response. */
    RESET,
    /** {@link #timeoutNanos()} ran out. */
    TIMEOUT,
    /** The application cancelled. Never retried. */
    CANCELLED,
    /** Anything else the library threw, such as a malformed response. Not retried. */
    OTHER
  }

  /** How a delivered response ended. */
  public enum End {
    /** Body and trailers arrived whole. */
    COMPLETE,
    /** The stream was reset or the connection closed inside the body. */
    RESET,
    /** A timeout of the mesh or the library ended the body. */
    TIMEOUT,
    /** The application closed or cancelled it early. */
    CANCELLED
  }

  /** The endpoint to connect to; resolved. The same object for the same endpoint. */
  public abstract InetSocketAddress address();

  /**
   * TLS to put beneath the library's plaintext, or null to leave the transport as the library would
   * have it. Part of the connection pool's key.
   */
  public abstract @Nullable PeerTls tls();

  /** Path and query to send instead of the application's, or null for no change. */
  public abstract @Nullable String path();

  /** Authority to send instead of the application's, or null for no change. */
  public abstract @Nullable String authority();

  /**
   * Writes all header changes of this attempt: those of policy and, unless another agent does it,
   * trace context. The adapter passes a copy or restores the original before a retry.
   */
  public abstract <W> void writeHeaders(W request, HeaderWriter<? super W> writer);

  /** Writes the policy's changes to response headers, after {@link #response} said DELIVER. */
  public abstract <W> void writeResponseHeaders(W response, HeaderWriter<? super W> writer);

  /**
   * Longest time from now to complete response headers, in nanoseconds (for gRPC: to the end); 0
   * for none. The smaller of per-try timeout and what is left of the call.
   */
  public abstract long timeoutNanos();

  /** Longest time for the TCP connect, in nanoseconds; 0 leaves the library's own. */
  public abstract long connectTimeoutNanos();

  /** 1 for the first try; above that the span's resend count is {@code number() - 1}. */
  public abstract int number();

  /**
   * The first byte may have left. From here on only an explicitly repeatable request is sent again.
   * Adapters that cannot tell call it before sending.
   */
  public abstract void sent();

  /**
   * Status and headers arrived.
   *
   * @param status HTTP status, 100 and 1xx excluded
   * @param grpcStatus status of a trailers-only gRPC response, or -1
   * @return DELIVER: hand it to the application and report {@link #end} later. RETRY: discard it
   *     (drain or close), then ask {@link Call#next}. DISCARD: another attempt has won
   */
  public abstract <S> Verdict response(
      int status, int grpcStatus, S response, ResponseReader<? super S> reader);

  /**
   * The attempt failed before a response.
   *
   * @param cause the library's own exception; delivered unchanged when the answer is DELIVER
   * @return DELIVER: throw {@code cause}. RETRY: ask {@link Call#next}. REPLY: answer {@link
   *     Call#reply}. HEDGE: leave this attempt running and ask {@link Call#next} for one beside it.
   *     DISCARD: drop it
   */
  public abstract Verdict failed(Failure failure, Throwable cause);

  /**
   * The delivered response is over. Releases permits and records the call.
   *
   * @param grpcStatus from the trailers, or -1
   */
  public abstract void end(End end, int grpcStatus);
}

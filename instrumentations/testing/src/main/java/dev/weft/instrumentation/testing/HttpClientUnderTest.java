package dev.weft.instrumentation.testing;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A client of the library under test, made by the library's public API alone: this is the
 * application.
 *
 * <p>Exceptions come out as the application would see them; what a future wraps is unwrapped once
 * ({@code ExecutionException}).
 */
public interface HttpClientUnderTest extends AutoCloseable {

  /** Sends and reads the whole response. */
  Response send(Request request) throws Exception;

  /**
   * Sends and hands the open body of the response to the caller, who closes it. Needed for {@link
   * Capability#BODY_END}.
   */
  InputStream open(Request request) throws Exception;

  /** Starts a call that {@link Running#cancel} can end. Needed for {@link Capability#CANCEL}. */
  Running start(Request request);

  @Override
  void close() throws Exception;

  /** A call under way. */
  interface Running {
    /** Cancels as applications of this library do. */
    void cancel();

    /** Waits for the end, whatever it is; the failure, or null after a response. */
    @Nullable Throwable outcome() throws InterruptedException;
  }

  /**
   * How to build a client.
   *
   * @param followRedirects follow them, if the library can
   * @param cookies keep cookies, if the library can
   * @param ownRetries leave the library's own retries on
   */
  record Options(boolean followRedirects, boolean cookies, boolean ownRetries) {
    /** Neither redirects nor cookies; the library's own retries as it comes. */
    public static final Options DEFAULT = new Options(false, false, true);

    /** The default with redirects followed. */
    public static final Options REDIRECTING = new Options(true, false, true);

    /** The default with cookies kept. */
    public static final Options WITH_COOKIES = new Options(false, true, true);
  }
}

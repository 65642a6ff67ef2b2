package dev.weft.instrumentation.httpclient5;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The body of a delivered response. Nothing about it differs; it only notices that reading failed,
 * since the library tells a broken body and one that was given up in the same way.
 */
final class TrackedEntity extends HttpEntityWrapper {
  private final Watchdog deadline;
  private volatile boolean broken;

  TrackedEntity(HttpEntity own, Watchdog deadline) {
    super(own);
    this.deadline = deadline;
  }

  /** Whether the connection failed inside the body. */
  boolean broken() {
    return broken;
  }

  @Override
  public @Nullable InputStream getContent() throws IOException {
    InputStream content = super.getContent();
    return content == null ? null : new Body(content, this);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream content = getContent()) {
      if (content != null) {
        content.transferTo(out);
      }
    }
  }

  private IOException failed(IOException failure) {
    broken = true;
    if (!deadline.fired()) {
      return failure;
    }
    SocketTimeoutException timeout = new SocketTimeoutException("Read timed out");
    timeout.initCause(failure);
    return timeout;
  }

  private static final class Body extends FilterInputStream {
    private final TrackedEntity entity;

    Body(InputStream own, TrackedEntity entity) {
      super(own);
      this.entity = entity;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw entity.failed(e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw entity.failed(e);
      }
    }

    @Override
    public long skip(long count) throws IOException {
      try {
        return in.skip(count);
      } catch (IOException e) {
        throw entity.failed(e);
      }
    }
  }
}

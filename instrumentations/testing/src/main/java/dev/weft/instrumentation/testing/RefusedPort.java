package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A loopback port that refuses connections, and stays so: it is bound, but nobody listens. */
public final class RefusedPort implements AutoCloseable {
  private final Socket holder = new Socket();

  /** Takes a free port. */
  public RefusedPort() {
    try {
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("No loopback port that refuses", e);
    }
  }

  /** The port. */
  public int port() {
    return holder.getLocalPort();
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

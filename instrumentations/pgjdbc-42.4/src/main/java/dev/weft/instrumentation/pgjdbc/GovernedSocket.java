package dev.weft.instrumentation.pgjdbc;

import java.io.IOException;
import java.net.Socket;

/**
 * A plain socket that tells the mesh when it is closed, by whichever of the driver's ways: close,
 * abort, cleaner, or the TLS socket on top of it.
 */
public final class GovernedSocket extends Socket {
  private final ConnectionLease lease;

  GovernedSocket(ConnectionLease lease) {
    this.lease = lease;
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      lease.closed();
    }
  }
}

package dev.weft.instrumentation.pgjdbc;

import dev.weft.bootstrap.TcpCall;

/**
 * The mesh's account of one connection, from connect to close. A socket may be closed from any
 * thread, also while the driver still logs in; then the connection was never there for the mesh.
 */
public final class ConnectionLease {
  private enum State {
    CONNECTING,
    CONNECTED,
    OVER
  }

  private final TcpCall call;
  private State state = State.CONNECTING;

  ConnectionLease(TcpCall call) {
    this.call = call;
  }

  /** The driver has logged in. */
  void connected() {
    synchronized (this) {
      if (state != State.CONNECTING) {
        return;
      }
      state = State.CONNECTED;
    }
    call.connected();
  }

  /** The endpoint would not do. */
  void failed(Throwable cause) {
    synchronized (this) {
      if (state != State.CONNECTING) {
        return;
      }
      state = State.OVER;
    }
    call.failed(cause);
  }

  /** The server has logged us in but has the wrong role: it is well, and still not the one. */
  void unfit(Throwable cause) {
    synchronized (this) {
      if (state != State.CONNECTING) {
        return;
      }
      state = State.OVER;
    }
    call.connected();
    call.failed(cause);
  }

  /** The socket was closed. A login that failed is reported by {@link #failed} instead. */
  void closed() {
    synchronized (this) {
      if (state != State.CONNECTED) {
        return;
      }
      state = State.OVER;
    }
    call.closed();
  }
}

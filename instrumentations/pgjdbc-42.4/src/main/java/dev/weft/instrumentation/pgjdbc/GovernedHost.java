package dev.weft.instrumentation.pgjdbc;

import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.TcpCall;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.PGStream;
import org.postgresql.util.HostSpec;

/**
 * One host of the URL that the mesh knows, while one connection is being opened. Used by one
 * thread.
 */
public final class GovernedHost {
  private final HostSpec host;
  private final TcpCall call;
  private final long deadlineNanos;

  /** The endpoint in use; null: ask for the next one. */
  private @Nullable InetSocketAddress address;

  private @Nullable ConnectionLease lease;
  private @Nullable IOException lastFailure;
  private boolean exhausted;

  GovernedHost(HostSpec host, TcpCall call, long deadlineNanos) {
    this.host = host;
    this.call = call;
    this.deadlineNanos = deadlineNanos;
  }

  HostSpec spec() {
    return host;
  }

  boolean requiresPrimary() {
    return call.requiresPrimary();
  }

  /** Whether the mesh has had no further server to offer. */
  boolean exhausted() {
    return exhausted;
  }

  /** Whether another round may find another server. */
  boolean mayTryAnother() {
    return !exhausted && left() > 0;
  }

  @Nullable InetSocketAddress address() {
    return address;
  }

  void connected() {
    ConnectionLease current = lease;
    if (current != null) {
      current.connected();
    }
  }

  /** The server is well and said no: a wrong password, an unknown database. */
  void refused() {
    ConnectionLease current = lease;
    if (current != null) {
      current.connected();
      current.closed();
    }
  }

  /** The server is well but not what is needed: the next socket goes to another one. */
  void unfit(Throwable cause) {
    ConnectionLease current = lease;
    if (current != null) {
      current.unfit(cause);
    }
    address = null;
    lease = null;
  }

  /** The server does not answer: the next socket goes to another one. */
  void failed(Throwable cause) {
    ConnectionLease current = lease;
    if (current != null) {
      current.failed(cause);
    }
    address = null;
    lease = null;
  }

  /**
   * Connects a socket. The driver asks more than once for the same server when it falls back from
   * TLS to plaintext or back; it goes to the same endpoint until that has failed.
   *
   * @throws IOException the last endpoint's failure, when there is none left to try
   */
  Socket connect(PGStream stream, int timeoutMillis) throws IOException {
    for (; ; ) {
      InetSocketAddress target = choose();
      ConnectionLease next = new ConnectionLease(call);
      lease = next;
      Socket socket = newSocket(stream.getSocketFactory(), next);
      if (socket.isConnected()) {
        return socket;
      }
      try {
        String local = host.getLocalSocketAddress();
        if (local != null) {
          socket.bind(new InetSocketAddress(local, 0));
        }
        socket.connect(target, timeout(timeoutMillis));
        PeerTls tls = call.tls();
        return tls == null ? socket : tls.wrap(socket, PeerTls.TCP);
      } catch (IOException e) {
        socket.close();
        failed(e);
        lastFailure = e;
      }
    }
  }

  private InetSocketAddress choose() throws IOException {
    InetSocketAddress current = address;
    if (current != null) {
      return current;
    }
    if (exhausted || left() <= 0 || !call.next()) {
      exhausted = true;
      throw noneLeft();
    }
    await(call.waitNanos());
    current = call.address();
    address = current;
    return current;
  }

  private IOException noneLeft() {
    IOException last = lastFailure;
    return last != null
        ? last
        : new ConnectException("No server behind " + host + " is left to try");
  }

  private void await(long nanos) throws IOException {
    long until = System.nanoTime() + Math.min(nanos, Math.max(0, left()));
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      if (Thread.currentThread().isInterrupted() || left() <= 0) {
        exhausted = true;
        // A server was asked for and is not used: it has to be given back.
        call.failed(noneLeft());
        throw noneLeft();
      }
    }
  }

  /** The least of the driver's own timeout, the mesh's and what is left; 0 only if all are. */
  private int timeout(int driverMillis) {
    long nanos = Math.max(TimeUnit.MILLISECONDS.toNanos(1), left());
    if (driverMillis > 0) {
      nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(driverMillis));
    }
    if (call.connectTimeoutNanos() > 0) {
      nanos = Math.min(nanos, call.connectTimeoutNanos());
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos)));
  }

  private long left() {
    return deadlineNanos - System.nanoTime();
  }

  /** The application's own factory makes its own sockets; only the JDK's default is replaced. */
  private static Socket newSocket(SocketFactory factory, ConnectionLease lease) throws IOException {
    return factory == SocketFactory.getDefault()
        ? new GovernedSocket(lease)
        : factory.createSocket();
  }
}

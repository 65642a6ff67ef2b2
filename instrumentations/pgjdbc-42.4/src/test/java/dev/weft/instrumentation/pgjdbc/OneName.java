package dev.weft.instrumentation.pgjdbc;

import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.TcpCall;
import dev.weft.bootstrap.TcpDestination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mesh that knows {@code orders-db:5432}, which resolves nowhere, and writes down what it hears.
 */
final class OneName implements MeshEngine {
  static final String HOST = "orders-db.mesh.invalid";

  /** What adapters reported, such as {@code connected 5001}; ports stand for servers. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  final List<String> statements = new CopyOnWriteArrayList<>();
  final List<Throwable> internalErrors = new CopyOnWriteArrayList<>();

  private final boolean requiresPrimary;
  private final int rounds;
  private final int[] ports;

  OneName(boolean requiresPrimary, int rounds, int... ports) {
    this.requiresPrimary = requiresPrimary;
    this.rounds = rounds;
    this.ports = ports;
  }

  @Override
  public @Nullable TcpDestination tcp(String host, int port) {
    return host.equals(HOST) && port == 5432 ? Connection::new : null;
  }

  @Override
  public dev.weft.bootstrap.@Nullable Destination http(String host, int port) {
    return null;
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return null;
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {}

  @Override
  public void stoppedListening(int localPort) {}

  @Override
  public MeshTimer timer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public JdbcStatements jdbc() {
    return (system, host, port, kind, nanos, failure) ->
        statements.add(
            system + " " + host + ":" + port + " " + kind + (failure == null ? "" : " failed"));
  }

  @Override
  public void internalError(String place, Throwable failure) {
    internalErrors.add(failure);
  }

  /** Servers in order, {@link #rounds} times, with a pause between rounds. */
  private final class Connection extends TcpCall {
    private int at = -1;

    @Override
    public boolean next() {
      return ++at < ports.length * rounds;
    }

    private int port() {
      return ports[at % ports.length];
    }

    @Override
    public InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    @Override
    public long waitNanos() {
      return at > 0 && at % ports.length == 0 ? TimeUnit.MILLISECONDS.toNanos(50) : 0;
    }

    @Override
    public long connectTimeoutNanos() {
      return TimeUnit.SECONDS.toNanos(2);
    }

    @Override
    public @Nullable PeerTls tls() {
      return null;
    }

    @Override
    public boolean requiresPrimary() {
      return requiresPrimary;
    }

    @Override
    public void failed(Throwable cause) {
      heard.add("failed " + port());
    }

    @Override
    public void connected() {
      heard.add("connected " + port());
    }

    @Override
    public void closed() {
      heard.add("closed " + port());
    }
  }
}

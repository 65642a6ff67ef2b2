package dev.weft.instrumentation.pgjdbc;

import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.TcpCall;
import dev.weft.bootstrap.TcpDestination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.v3.ConnectionFactoryImpl;
import org.postgresql.util.HostSpec;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Opens one connection of the application: runs the driver's own way of doing it, answers its
 * requests for sockets, and runs it again when the server turned out to be away or a standby.
 *
 * <p>What the URL says stays in force: the order of its hosts, {@code targetServerType}, TLS
 * settings, time-outs. All rounds together take no longer than {@code loginTimeout}, or {@code
 * connectTimeout} when there is none. A refused password is not tried elsewhere.
 */
public final class GovernedConnect {
  private static final ThreadLocal<@Nullable GovernedConnect> CURRENT = new ThreadLocal<>();
  private static final int DEFAULT_SECONDS = 10;

  private final List<GovernedHost> hosts = new ArrayList<>();
  private final long deadlineNanos;
  private final boolean anyRole;

  /** The host that the driver asked for last; it is the one that a failure is about. */
  private @Nullable GovernedHost last;

  private GovernedConnect(Properties info) {
    deadlineNanos = System.nanoTime() + budgetNanos(info);
    // Who asks for a standby, or for one before a primary, gets it.
    String wanted = info.getProperty("targetServerType", "any");
    anyRole = !(wanted.equals("any") || wanted.equals("primary") || wanted.equals("master"));
  }

  /**
   * Opens the connection if the mesh knows a host of it.
   *
   * @return executor and failure, one of them null; null: not ours
   */
  public static Object @Nullable [] open(
      ConnectionFactoryImpl factory, HostSpec[] hosts, Properties info) {
    if (CURRENT.get() != null || !anyKnown(hosts)) {
      return null;
    }
    GovernedConnect connect = new GovernedConnect(info);
    CURRENT.set(connect);
    try {
      return connect.run(factory, hosts, info);
    } finally {
      CURRENT.remove();
    }
  }

  /**
   * Connects a socket for the driver.
   *
   * @return socket and failure, one of them null; null: not ours
   */
  public static Object @Nullable [] socket(PGStream stream, int timeoutMillis) {
    try {
      InetSocketAddress pinned = PinnedServers.current();
      if (pinned != null) {
        Socket socket = stream.getSocketFactory().createSocket();
        if (!socket.isConnected()) {
          socket.connect(pinned, timeoutMillis);
        }
        return new Object[] {socket, null};
      }
      GovernedConnect connect = CURRENT.get();
      GovernedHost host = connect == null ? null : connect.host(stream.getHostSpec());
      return host == null ? null : new Object[] {host.connect(stream, timeoutMillis), null};
    } catch (IOException e) {
      return new Object[] {null, e};
    }
  }

  private static boolean anyKnown(HostSpec[] hosts) {
    for (HostSpec host : hosts) {
      if (Mesh.tcp(host.getHost(), host.getPort()) != null) {
        return true;
      }
    }
    return false;
  }

  private static long budgetNanos(Properties info) {
    long login = seconds(info, "loginTimeout", DriverManager.getLoginTimeout());
    long seconds = login > 0 ? login : seconds(info, "connectTimeout", DEFAULT_SECONDS);
    return TimeUnit.SECONDS.toNanos(seconds > 0 ? seconds : DEFAULT_SECONDS);
  }

  private static long seconds(Properties info, String name, long otherwise) {
    String value = info.getProperty(name);
    try {
      return value == null ? otherwise : (long) Math.ceil(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      // The driver reports it in its own words.
      return otherwise;
    }
  }

  private @Nullable GovernedHost host(HostSpec spec) {
    last = null;
    for (GovernedHost known : hosts) {
      if (known.spec().equals(spec)) {
        last = known;
        return known;
      }
    }
    TcpDestination destination = Mesh.tcp(spec.getHost(), spec.getPort());
    TcpCall call = destination == null ? null : destination.begin();
    if (call == null) {
      return null;
    }
    GovernedHost begun = new GovernedHost(spec, call, deadlineNanos);
    hosts.add(begun);
    last = begun;
    return begun;
  }

  private Object[] run(ConnectionFactoryImpl factory, HostSpec[] specs, Properties info) {
    // Says more than "none is left to try", which the driver reports as a refused connection.
    SQLException telling = null;
    for (; ; ) {
      last = null;
      QueryExecutor executor;
      try {
        executor = factory.openConnectionImpl(specs, info);
      } catch (SQLException e) {
        GovernedHost tried = last;
        if (telling == null || tried == null || !tried.exhausted()) {
          telling = e;
        }
        if (tryAnother(e)) {
          continue;
        }
        return new Object[] {null, telling};
      }
      GovernedHost host = last;
      if (host == null) {
        return new Object[] {executor, null};
      }
      SQLException unfit = unfit(host, executor);
      if (unfit == null) {
        host.connected();
        InetSocketAddress server = host.address();
        if (server != null) {
          PinnedServers.add(executor, server);
        }
        return new Object[] {executor, null};
      }
      telling = unfit;
      host.unfit(unfit);
      executor.close();
      if (!host.mayTryAnother()) {
        return new Object[] {null, unfit};
      }
    }
  }

  /** Whether the failure is the server's, and there may be another one. */
  private boolean tryAnother(SQLException failure) {
    GovernedHost host = last;
    if (host == null) {
      return false;
    }
    if (!isServersFault(failure)) {
      host.refused();
      return false;
    }
    host.failed(failure);
    return host.mayTryAnother();
  }

  /** Connection exceptions (08…), and a server that starts up or shuts down (57P01 to 57P03). */
  private static boolean isServersFault(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P0"));
  }

  private @Nullable SQLException unfit(GovernedHost host, QueryExecutor executor) {
    if (anyRole || !host.requiresPrimary()) {
      return null;
    }
    try {
      return ServerRole.isStandby(executor)
          ? new PSQLException(
              host.spec()
                  + " needs a primary; server "
                  + host.address()
                  + " is a standby, and no other took writes in time",
              PSQLState.CONNECTION_UNABLE_TO_CONNECT)
          : null;
    } catch (SQLException e) {
      return e;
    }
  }
}

package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.PeerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the connection of one attempt has to go, for the woven parts of the library far below that
 * see neither call nor attempt.
 *
 * <p>Current on the sending thread only while the library leases, connects or sends for the
 * attempt, and only for that exchange's context. Whatever the library does with it, {@link
 * #verified} says in the end whether the connection is the right one: nothing is sent otherwise.
 */
public final class Steering {
  private static final ThreadLocal<@Nullable Steering> CURRENT = new ThreadLocal<>();

  private final InetSocketAddress address;
  private final @Nullable PeerTls tls;
  private final HttpContext context;
  private final int handshakeMillis;
  private boolean connecting;
  private boolean verified;
  private boolean tlsFailed;

  Steering(Attempt attempt, HttpContext context, int handshakeMillis) {
    this.address = attempt.address();
    this.tls = attempt.tls();
    this.context = context;
    this.handshakeMillis = handshakeMillis;
  }

  /** The steering of the attempt that this thread works for, or null. */
  public static @Nullable Steering current() {
    return CURRENT.get();
  }

  /** The current steering if it belongs to this context, or null. */
  public static @Nullable Steering of(@Nullable Object context) {
    Steering steering = CURRENT.get();
    return steering != null && steering.context == context ? steering : null;
  }

  /** Makes {@code next} current and returns what was. */
  static @Nullable Steering swap(@Nullable Steering next) {
    Steering before = CURRENT.get();
    if (next == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(next);
    }
    return before;
  }

  /** Whether the connection now in use goes to the endpoint, with the TLS that it asks for. */
  boolean verified() {
    return verified;
  }

  /** Whether the last connect failed in mesh TLS, after TCP had succeeded. */
  boolean tlsFailed() {
    return tlsFailed;
  }

  /** Tells that the connection is given up; the next one is to be looked at anew. */
  void disconnected() {
    verified = false;
  }

  /** A connection came out of the pool. */
  public void leased(ManagedHttpClientConnection connection) {
    verified = connection.isOpen() && fits(connection.getSocket());
  }

  /** Whether this is the outermost of nested connects. */
  public boolean begin() {
    if (connecting) {
      return false;
    }
    connecting = true;
    verified = false;
    tlsFailed = false;
    return true;
  }

  /** The logical host at the endpoint's address and port. */
  public HttpHost hostFor(HttpHost logical) {
    InetAddress ip = address.getAddress();
    return new HttpHost(logical.getSchemeName(), ip, logical.getHostName(), address.getPort());
  }

  /** TCP stands, or failed with {@code thrown}; returns what to throw in its place, or null. */
  public @Nullable Throwable connected(
      ManagedHttpClientConnection connection, @Nullable Throwable thrown) {
    connecting = false;
    if (thrown != null) {
      return null;
    }
    try {
      Socket socket = connection.getSocket();
      if (tls != null) {
        connection.bind(secured(socket, tls));
      }
      verified = fits(connection.getSocket());
      return null;
    } catch (IOException refused) {
      tlsFailed = true;
      return refused;
    } catch (RuntimeException failure) {
      Mesh.internalError("httpclient5.Steering", failure);
      tlsFailed = true;
      return new SSLException("Mesh TLS to " + address + " could not be set up", failure);
    }
  }

  private Socket secured(Socket socket, PeerTls expected) throws IOException {
    int before = socket.getSoTimeout();
    if (handshakeMillis > 0) {
      socket.setSoTimeout(handshakeMillis);
    }
    Socket wrapped = expected.wrap(socket, PeerTls.HTTP_1_1);
    wrapped.setSoTimeout(before);
    return new MeshSocket(socket, wrapped, expected);
  }

  private boolean fits(@Nullable Socket socket) {
    if (socket == null || !address.equals(socket.getRemoteSocketAddress())) {
      return false;
    }
    if (tls == null) {
      return !(socket instanceof MeshSocket);
    }
    return socket instanceof MeshSocket && ((MeshSocket) socket).tls().equals(tls);
  }
}

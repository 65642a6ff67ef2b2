package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.End;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One governed hop of an {@code HttpURLConnection}: from the choice of the endpoint to the end of
 * the response's body. Used by the connection's thread, except that the end may come from another.
 */
final class UrlCall {
  private static final int MILLI = 1_000_000;

  private final Call call;
  private final Head head;
  private @Nullable Attempt attempt;
  private @Nullable Target target;
  private @Nullable LocalReply reply;
  private int status;
  private boolean failed;
  private boolean ended;
  private int soTimeout = -1;
  private boolean ourTimeout;
  private final WeakReference<Object> connection;

  UrlCall(Call call, Head head, Object connection) {
    this.call = call;
    this.head = head;
    this.connection = new WeakReference<>(connection);
  }

  /** What keeps this call's connections apart in the keep-alive cache; null: nothing is kept. */
  @Nullable Target target() {
    return target;
  }

  /** Takes the engine's steps until there is a client that is connected, or one with a reply. */
  Object open(URL url, int connectTimeout, boolean useCache, Object connection) throws IOException {
    for (; ; ) {
      switch (call.next()) {
        case SEND -> {
          Attempt next = call.attempt();
          attempt = next;
          try {
            target = Target.of(next.address(), next.tls());
            return client(url, connectTimeout, useCache, connection);
          } catch (IOException e) {
            switch (next.failed(connectFailure(e), e)) {
              case RETRY -> {}
              case REPLY -> {
                return reply(url, connection);
              }
              default -> throw e;
            }
          }
        }
        case REPLY -> {
          return reply(url, connection);
        }
        case WAIT -> sleep(call.waitNanos());
        case PENDING -> {
          CountDownLatch ready = new CountDownLatch(1);
          call.onReady(ready::countDown);
          try {
            ready.await();
          } catch (InterruptedException e) {
            throw interrupted();
          }
        }
      }
    }
  }

  private void sleep(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private IOException interrupted() {
    Thread.currentThread().interrupt();
    call.cancel();
    return new InterruptedIOException("interrupted while the mesh held the call back");
  }

  private Object reply(URL url, Object connection) throws IOException {
    reply = call.reply();
    target = null;
    attempt = null;
    Object client = client(url, -1, false, connection);
    call.end();
    return client;
  }

  private Object client(URL url, int connectTimeout, boolean useCache, Object connection)
      throws IOException {
    UrlCall before = Underway.open(this);
    Object client;
    try {
      client = JdkUrlInternals.client(url, connectTimeout, useCache, connection);
    } finally {
      Underway.open(before);
    }
    Underway.put(client, this);
    Underway.put(connection, this);
    return client;
  }

  /** Opens the socket that the client asks for. */
  Socket socket(Object client) throws IOException {
    LocalReply answer = reply;
    if (answer != null) {
      return new ReplySocket(answer, head.method());
    }
    Target to = target;
    Attempt current = attempt;
    if (to == null || current == null) {
      throw new IllegalStateException("No endpoint chosen");
    }
    // As HttpClient does it, proxies of the system aside; the URL was not meant for one.
    Socket socket = new Socket(Proxy.NO_PROXY);
    int limit = millis(current.connectTimeoutNanos());
    int own = JdkUrlInternals.connectTimeout(client);
    int timeout = own > 0 && (limit == 0 || own < limit) ? own : limit;
    try {
      InetSocketAddress address = to.address();
      socket.connect(address, timeout);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    PeerTls tls = to.tls();
    if (tls != null) {
      socket.setSoTimeout(timeout);
      socket = tls.wrap(socket, PeerTls.HTTP_1_1);
    }
    int read = JdkUrlInternals.readTimeout(client);
    socket.setSoTimeout(Math.max(read, 0));
    return socket;
  }

  /** Returns the request head to send instead of {@code requests}, which stays the JDK's. */
  @Nullable Object sending(Object requests) {
    Attempt current = attempt;
    if (current == null) {
      return null;
    }
    Object sent = JdkUrlInternals.copy(requests);
    String path = current.path();
    if (path != null) {
      String line = JdkUrlInternals.key(sent, 0);
      int from = line == null ? -1 : line.indexOf(' ');
      int to = line == null ? -1 : line.lastIndexOf(' ');
      if (line != null && from > 0 && to > from) {
        JdkUrlInternals.setKey(sent, 0, line.substring(0, from + 1) + path + line.substring(to));
      }
    }
    String authority = current.authority();
    if (authority != null) {
      Head.WRITER.set(sent, "Host", authority);
    }
    current.writeHeaders(sent, Head.WRITER);
    current.sent();
    return sent;
  }

  /** The client is about to wait for the response. */
  void awaiting(Object client) throws IOException {
    Attempt current = attempt;
    Socket socket = JdkUrlInternals.socket(client);
    int limit = current == null ? 0 : millis(current.timeoutNanos());
    if (limit > 0 && socket != null && soTimeout < 0) {
      int own = socket.getSoTimeout();
      ourTimeout = own == 0 || limit < own;
      if (ourTimeout) {
        soTimeout = own;
        socket.setSoTimeout(limit);
      }
    }
  }

  /** The response's head is there. */
  void responded(Object client, Object responses) throws IOException {
    restoreTimeout(client);
    Attempt current = attempt;
    int code = Head.status(responses);
    if (current == null || code < 200) {
      return;
    }
    status = code;
    // Not sent again from here on, whatever the verdict: the engine knows from the flags.
    current.response(code, -1, responses, Head.RESPONSE);
    current.writeResponseHeaders(responses, Head.WRITER);
  }

  /**
   * No response came.
   *
   * @return whether {@code responses} now hold an answer of the mesh instead
   */
  boolean failed(Object client, Object responses, Throwable cause) throws IOException {
    restoreTimeout(client);
    Attempt current = attempt;
    if (current == null || failed) {
      return false;
    }
    failed = true;
    Failure kind =
        cause instanceof SocketTimeoutException
            ? ourTimeout ? Failure.TIMEOUT : Failure.CANCELLED
            : cause instanceof IOException ? Failure.RESET : Failure.OTHER;
    Object owner = connection.get();
    if (current.failed(kind, cause) != Verdict.REPLY || owner == null) {
      return false;
    }
    LocalReply answer = call.reply();
    attempt = null;
    reply = answer;
    JdkUrlInternals.reset(responses);
    JdkUrlInternals.setSocket(client, new ReplySocket(answer, head.method()));
    JdkUrlInternals.parse(client, responses, owner);
    call.end();
    return true;
  }

  private void restoreTimeout(Object client) throws IOException {
    Socket socket = JdkUrlInternals.socket(client);
    if (soTimeout >= 0 && socket != null && !socket.isClosed()) {
      socket.setSoTimeout(soTimeout);
    }
    soTimeout = -1;
  }

  /** The body was read to its end, or the connection is given up. */
  void end(boolean whole) {
    Attempt current = attempt;
    if (current != null && status != 0 && !ended) {
      ended = true;
      // Nobody reads the body of a redirect.
      boolean redirect = status >= 300 && status < 400;
      current.end(whole || redirect ? End.COMPLETE : End.CANCELLED, -1);
    }
  }

  private static Failure connectFailure(IOException cause) {
    return cause instanceof SSLException ? Failure.TLS : Failure.CONNECT;
  }

  private static int millis(long nanos) {
    return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, Math.max(1, nanos / MILLI));
  }
}

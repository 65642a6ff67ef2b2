package dev.weft.instrumentation.testing;

import dev.weft.model.SvidMaterial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A scriptable HTTP/1.1 server on a free loopback port, written on raw sockets so that it sees and
 * can break everything: it records every request as sent, counts connections and TLS handshakes,
 * and does what {@link Answer}s say.
 *
 * <p>Answers come from {@link #next} first, one per request over all connections, then {@link
 * #always}; without a script it answers 200. Thread-safe.
 */
public final class Backend implements AutoCloseable {
  private final String name;
  private final ServerSocket server;
  private final boolean tls;
  private final Deque<Answer> script = new ArrayDeque<>();
  private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final AtomicInteger failedHandshakes = new AtomicInteger();
  private volatile Answer usual = Answer.ok();

  private Backend(String name, ServerSocket server, boolean tls) {
    this.name = name;
    this.server = server;
    this.tls = tls;
    Thread acceptor = new Thread(this::accept, "backend-" + name);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Starts a plaintext server; {@code name} is what it answers. */
  public static Backend plain(String name) {
    try {
      return new Backend(name, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), false);
    } catch (IOException e) {
      throw new UncheckedIOException("No loopback port for backend " + name, e);
    }
  }

  /** Starts a server that takes mTLS only and demands a client certificate of the same CA. */
  public static Backend mutualTls(String name, SvidMaterial identity) {
    try {
      SSLServerSocket socket =
          (SSLServerSocket)
              TestCa.context(identity)
                  .getServerSocketFactory()
                  .createServerSocket(0, 128, InetAddress.getLoopbackAddress());
      socket.setNeedClientAuth(true);
      return new Backend(name, socket, true);
    } catch (IOException e) {
      throw new UncheckedIOException("No loopback port for backend " + name, e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** What it answers, and its {@code x-backend} header. */
  public String name() {
    return name;
  }

  /** Whether it demands mTLS. */
  public boolean tls() {
    return tls;
  }

  /** Scripts the next answers, one per request. */
  public Backend next(Answer... answers) {
    synchronized (script) {
      Collections.addAll(script, answers);
    }
    return this;
  }

  /** Sets the answer when the script is empty. */
  public Backend always(Answer answer) {
    usual = answer;
    return this;
  }

  /** What arrived so far. */
  public List<Received> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** The only request that arrived. */
  public Received only() {
    List<Received> all = received();
    if (all.size() != 1) {
      throw new AssertionError(name + " received " + all.size() + " requests, not 1: " + all);
    }
    return all.get(0);
  }

  /** TCP connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** TLS handshakes completed so far. */
  public int handshakes() {
    return handshakes.get();
  }

  /** TLS handshakes that failed so far. */
  public int failedHandshakes() {
    return failedHandshakes.get();
  }

  /** Connections that are open now. */
  public int openConnections() {
    return open.size();
  }

  /** Forgets what was received and counted; the script too. */
  public void reset() {
    synchronized (script) {
      script.clear();
    }
    usual = Answer.ok();
    received.clear();
    connections.set(0);
    handshakes.set(0);
    failedHandshakes.set(0);
  }

  @Override
  public void close() {
    closeQuietly(server);
    open.forEach(Backend::closeQuietly);
  }

  Answer answer() {
    synchronized (script) {
      Answer scripted = script.poll();
      return scripted == null ? usual : scripted;
    }
  }

  void record(Received request) {
    received.add(request);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        int number = connections.incrementAndGet();
        Thread worker = new Thread(() -> serve(socket, number), "backend-" + name + "-" + number);
        worker.setDaemon(true);
        worker.start();
      } catch (IOException e) {
        // Closed, or a client that went away before it was taken.
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      String peer = null;
      if (socket instanceof SSLSocket secured) {
        peer = handshake(secured);
      }
      new BackendConnection(this, socket, number, peer).run();
    } catch (IOException e) {
      // The client went away, or was made to: the case asserts on its side.
    } finally {
      open.remove(socket);
    }
  }

  private @Nullable String handshake(SSLSocket socket) throws IOException {
    try {
      socket.startHandshake();
    } catch (IOException e) {
      failedHandshakes.incrementAndGet();
      throw e;
    }
    handshakes.incrementAndGet();
    return PeerIdentity.of(socket.getSession());
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // Nothing more to do for a socket that does not close.
    }
  }
}

package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.ClientHello;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection on a plain connector that turns out to be plaintext or mesh mTLS.
 *
 * <p>Tomcat drives a TLS handshake whenever the poller reports the socket as readable, so looking
 * at the first bytes holds no thread. They are read into Tomcat's own read buffer: plaintext simply
 * stays there for the HTTP parser, TLS moves on to the network buffer of the superclass. After
 * that, plaintext goes straight to the socket and TLS through {@link SecureNioChannel}.
 *
 * <p>It has to be a {@code SecureNioChannel}: that type is how Tomcat knows that sendfile must not
 * bypass the channel. The application is still told nothing of TLS, see {@link #getSSLSupport()}.
 *
 * <p>Pooled and reused by Tomcat for other connections after {@link #reset}.
 */
public final class MeshNioChannel extends SecureNioChannel {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final int TLS_HANDSHAKE = 22;

  private enum State {
    /** No byte has been judged yet. */
    UNDECIDED,
    /** Bytes pass as they are. */
    PLAINTEXT,
    /** Mesh mTLS, handshaking or done. */
    MESH_TLS
  }

  private final NioEndpoint endpoint;

  /** What Tomcat created for this connection and will reset instead of us; the socket is there. */
  private @Nullable NioChannel replaced;

  private State state = State.UNDECIDED;
  private @Nullable InboundPort port;
  private @Nullable SocketAddress remote;

  private MeshNioChannel(NioChannel replaced, NioEndpoint endpoint) {
    super(replaced.getBufHandler(), endpoint);
    this.endpoint = endpoint;
    this.replaced = replaced;
    // Plaintext needs none of the superclass's 33 KiB.
    netInBuffer = NONE;
    netOutBuffer = NONE;
  }

  /**
   * The channel to use for a new connection.
   *
   * @param channel a plain one, or one of ours from Tomcat's pool, which is reset next
   */
  static NioChannel inPlaceOf(NioChannel channel, NioEndpoint endpoint) {
    boolean plain = channel.getClass() == NioChannel.class;
    return plain && Mesh.engine() != null && HttpEndpoints.protocol(endpoint) != null
        ? new MeshNioChannel(channel, endpoint)
        : channel;
  }

  /** The mesh peer's session, or null for plaintext. */
  @Nullable SSLSession session() {
    return state == State.MESH_TLS && handshakeComplete ? sslEngine.getSession() : null;
  }

  /** The other end, or null when it is unknown. */
  @Nullable SocketAddress remote() {
    if (remote == null) {
      try {
        remote = getIOChannel().getRemoteAddress();
      } catch (IOException closed) {
        return null;
      }
    }
    return remote;
  }

  @Override
  public void reset(SocketChannel channel, NioEndpoint.NioSocketWrapper wrapper)
      throws IOException {
    super.reset(channel, wrapper);
    replaced = null;
    state = State.UNDECIDED;
    port = null;
    remote = null;
  }

  @Override
  public void free() {
    // Ours are heap buffers, whatever the endpoint asked the superclass for.
    getBufHandler().free();
  }

  @Override
  public SocketChannel getIOChannel() {
    if (replaced != null && sc == null) {
      sc = replaced.getIOChannel();
      replaced = null;
    }
    return sc;
  }

  @Override
  public boolean isHandshakeComplete() {
    if (state != State.UNDECIDED) {
      return state == State.PLAINTEXT || super.isHandshakeComplete();
    }
    port = Mesh.inbound(endpoint.getLocalPort());
    if (port == null || port.mode() == InboundPort.Mode.DISABLE) {
      state = State.PLAINTEXT;
      return true;
    }
    // Nothing arrived: a timeout or a client that left. Tomcat treats them as it always did.
    return !fill();
  }

  @Override
  public int handshake(boolean read, boolean write) throws IOException {
    if (state == State.UNDECIDED) {
      int ops = decide();
      if (ops != 0) {
        return ops;
      }
    }
    if (state == State.PLAINTEXT) {
      return 0;
    }
    try {
      return super.handshake(read, write);
    } catch (IOException e) {
      refuse("TLS handshake failed: " + e.getMessage());
      throw e;
    }
  }

  /** Reads what is there; false when that is nothing. A closed connection becomes plaintext. */
  private boolean fill() {
    SocketBufferHandler buffers = getBufHandler();
    buffers.configureReadBufferForWrite();
    ByteBuffer first = buffers.getReadBuffer();
    if (!first.hasRemaining()) {
      buffers.expand(first.capacity() * 2);
      first = buffers.getReadBuffer();
    }
    try {
      if (getIOChannel().read(first) >= 0) {
        return first.position() > 0;
      }
    } catch (IOException reset) {
      // The HTTP parser meets the same error and deals with it.
    }
    state = State.PLAINTEXT;
    return first.position() > 0;
  }

  /** Judges the bytes so far: 0 when decided, else what to wait for, or -1 to close. */
  private int decide() throws IOException {
    InboundPort port = this.port;
    if (port == null) {
      state = State.PLAINTEXT;
      return 0;
    }
    getBufHandler().configureReadBufferForWrite();
    ByteBuffer first = getBufHandler().getReadBuffer();
    boolean maybeTls = first.position() > 0 && first.get(0) == TLS_HANDSHAKE;
    InboundPort.Mode mode = port.mode();
    if (mode == InboundPort.Mode.CLOSED) {
      return refuse("policy of the port is unknown or could not be decoded, so it is closed");
    }
    if (!maybeTls) {
      return plaintext(mode, "plaintext on a port that takes mesh mTLS only");
    }
    ClientHello hello = ClientHello.peek(first.duplicate().flip());
    switch (hello.kind()) {
      case NEED_MORE:
        if (state == State.PLAINTEXT) {
          return plaintext(mode, "connection ended inside its ClientHello");
        }
        return SelectionKey.OP_READ;
      case NOT_TLS:
        return plaintext(mode, "bytes that are neither HTTP nor TLS");
      case TLS:
        break;
    }
    if (!port.isMeshHello(hello.alpn())) {
      return plaintext(mode, "TLS that does not offer one of the mesh's protocols");
    }
    SSLEngine engine = port.newEngine(applicationProtocols());
    if (engine == null) {
      return refuse("no certificate yet to answer mesh mTLS with");
    }
    startTls(engine, first);
    return 0;
  }

  private int plaintext(InboundPort.Mode mode, String what) {
    if (mode == InboundPort.Mode.STRICT) {
      return refuse(what);
    }
    state = State.PLAINTEXT;
    return 0;
  }

  private int refuse(String reason) {
    if (port != null) {
      port.refused(remote(), reason);
    }
    return -1;
  }

  /** Tomcat finds out by the connection preface that a client speaks h2, as it does for h2c. */
  private String[] applicationProtocols() {
    AbstractHttp11Protocol<?> protocol = HttpEndpoints.protocol(endpoint);
    return protocol != null && protocol.getUpgradeProtocol("h2c") != null
        ? new String[] {"h2", "http/1.1"}
        : new String[] {"http/1.1"};
  }

  private void startTls(SSLEngine engine, ByteBuffer hello) throws IOException {
    int packet = engine.getSession().getPacketBufferSize();
    // One more than the hello at least: the superclass takes a full buffer for an empty one.
    netInBuffer = ByteBuffer.allocate(Math.max(packet, hello.position() + 1));
    netInBuffer.put(hello.flip());
    netOutBuffer = ByteBuffer.allocate(packet).limit(0);
    getBufHandler().reset();
    getBufHandler().expand(engine.getSession().getApplicationBufferSize());
    sslEngine = engine;
    sniComplete = true;
    engine.beginHandshake();
    handshakeStatus = engine.getHandshakeStatus();
    state = State.MESH_TLS;
  }

  /** Null: the application serves plaintext, so it sees neither TLS attributes nor certificates. */
  @Override
  @SuppressWarnings("NullAway") // Tomcat treats null as "no TLS".
  public SSLSupport getSSLSupport() {
    return null;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return switch (state) {
      case UNDECIDED -> 0;
      case PLAINTEXT -> getIOChannel().read(dst);
      case MESH_TLS -> super.read(dst);
    };
  }

  @Override
  public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
    return switch (state) {
      case UNDECIDED -> 0;
      case PLAINTEXT -> getIOChannel().read(dsts, offset, length);
      case MESH_TLS -> super.read(dsts, offset, length);
    };
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    if (state == State.MESH_TLS) {
      return super.write(src);
    }
    checkInterruptStatus();
    return getIOChannel().write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    if (state == State.MESH_TLS) {
      return super.write(srcs, offset, length);
    }
    checkInterruptStatus();
    return getIOChannel().write(srcs, offset, length);
  }

  @Override
  public int getOutboundRemaining() {
    return state == State.MESH_TLS ? super.getOutboundRemaining() : 0;
  }

  @Override
  public boolean flushOutbound() throws IOException {
    return state == State.MESH_TLS && super.flushOutbound();
  }

  @Override
  public boolean isClosing() {
    return state == State.MESH_TLS && super.isClosing();
  }

  @Override
  public boolean isOpen() {
    return getIOChannel() != null && super.isOpen();
  }

  @Override
  public void close() throws IOException {
    if (state == State.MESH_TLS) {
      super.close();
    } else {
      getIOChannel().close();
    }
  }

  @Override
  public void close(boolean force) throws IOException {
    if (state == State.MESH_TLS) {
      super.close(force);
    } else if (isOpen() || force) {
      close();
    }
  }
}

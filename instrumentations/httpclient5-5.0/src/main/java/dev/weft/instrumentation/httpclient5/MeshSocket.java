package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.PeerTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection with mesh TLS beneath, that looks like a plain socket: the library believes that it
 * speaks plaintext, and so keeps reusing the connection although a client certificate is in use.
 *
 * <p>Reads and writes go to {@code secured}; options go to the TCP socket beneath.
 */
public final class MeshSocket extends Socket {
  private final Socket plain;
  private final Socket secured;
  private final PeerTls tls;
  private volatile boolean abrupt;

  MeshSocket(Socket plain, Socket secured, PeerTls tls) throws SocketException {
    super((SocketImpl) null);
    this.plain = plain;
    this.secured = secured;
    this.tls = tls;
  }

  /** Whom the other side has proven to be. */
  public PeerTls tls() {
    return tls;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return secured.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return secured.getOutputStream();
  }

  /**
   * Closes both. After {@code setSoLinger(true, 0)}, the library's way to say "at once", the TCP
   * socket goes first: a close_notify could block behind a writer.
   */
  @Override
  public void close() throws IOException {
    if (abrupt) {
      plain.close();
    }
    try {
      secured.close();
    } finally {
      plain.close();
    }
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    abrupt = on && linger == 0;
    plain.setSoLinger(on, linger);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return plain.getSoLinger();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    secured.setSoTimeout(timeout);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return secured.getSoTimeout();
  }

  @Override
  public void shutdownInput() throws IOException {
    secured.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    secured.shutdownOutput();
  }

  @Override
  public boolean isInputShutdown() {
    return secured.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return secured.isOutputShutdown();
  }

  @Override
  public boolean isClosed() {
    return secured.isClosed() || plain.isClosed();
  }

  @Override
  public boolean isConnected() {
    return plain.isConnected();
  }

  @Override
  public boolean isBound() {
    return plain.isBound();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return plain.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return plain.getLocalAddress();
  }

  @Override
  public int getPort() {
    return plain.getPort();
  }

  @Override
  public int getLocalPort() {
    return plain.getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return plain.getRemoteSocketAddress();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return plain.getLocalSocketAddress();
  }

  @Override
  public @Nullable SocketChannel getChannel() {
    return null;
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    plain.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return plain.getTcpNoDelay();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    plain.setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return plain.getKeepAlive();
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    plain.setSendBufferSize(size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return plain.getSendBufferSize();
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    plain.setReceiveBufferSize(size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return plain.getReceiveBufferSize();
  }

  @Override
  public void setTrafficClass(int trafficClass) throws SocketException {
    plain.setTrafficClass(trafficClass);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return plain.getTrafficClass();
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    plain.setReuseAddress(on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return plain.getReuseAddress();
  }

  @Override
  public String toString() {
    return "MeshSocket[" + plain + "]";
  }
}

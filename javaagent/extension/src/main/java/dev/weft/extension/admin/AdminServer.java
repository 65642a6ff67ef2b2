package dev.weft.extension.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A few pages over HTTP/1.0, one request at a time on one daemon thread.
 *
 * <p>Why not the JDK's own server: it initialises {@code java.util.logging} before the application
 * could name its log manager, and costs memory in every JVM for a page that is asked once a minute.
 */
public final class AdminServer implements AutoCloseable {
  /** How many ports above the wished one are tried. */
  private static final int PORTS_TRIED = 200;

  private static final int LAST_PORT = 65_535;
  private static final int READ_TIMEOUT_MILLIS = 2_000;

  /** Request line and headers together, bytes: a peer decides nothing about our memory. */
  private static final int MAX_HEAD = 16_384;

  /** How long a whole request may take to arrive, since only one is served at a time. */
  private static final long REQUEST_NANOS = 4_000_000_000L;

  private final ServerSocket socket;
  private final Map<String, Page> pages;

  private AdminServer(ServerSocket socket, Map<String, Page> pages) {
    this.socket = socket;
    this.pages = Map.copyOf(pages);
  }

  /** One page. */
  public interface Page {
    /**
     * Answers a request.
     *
     * @param method GET or POST
     * @param query text after the question mark, or empty
     */
    Answer answer(String method, String query);
  }

  /** What a page says. */
  public record Answer(int status, String contentType, String body) {
    /** 200 with JSON. */
    public static Answer json(String body) {
      return new Answer(200, "application/json", body);
    }

    /** 200 with text. */
    public static Answer text(String body) {
      return new Answer(200, "text/plain; charset=utf-8", body);
    }
  }

  /**
   * Opens the endpoint.
   *
   * @param address null: loopback
   * @param port 0: any free one; a taken one: the next free above it
   * @throws IOException when none of the tried ports can be bound
   */
  public static AdminServer start(@Nullable String address, int port, Map<String, Page> pages)
      throws IOException {
    InetAddress bind =
        address == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(address);
    AdminServer server = new AdminServer(bindNextFree(bind, port), pages);
    Thread thread = new Thread(null, server::serve, "weft-admin", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(AdminServer.class.getClassLoader());
    thread.start();
    return server;
  }

  private static ServerSocket bindNextFree(InetAddress address, int port) throws IOException {
    for (int tried = 0; ; tried++) {
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(new InetSocketAddress(address, port == 0 ? 0 : port + tried), 16);
        return socket;
      } catch (BindException e) {
        socket.close();
        if (port == 0 || tried == PORTS_TRIED || port + tried == LAST_PORT) {
          throw e;
        }
      }
    }
  }

  /** The port that is open. */
  public int port() {
    return socket.getLocalPort();
  }

  /** {@code address:port} for the announcement. */
  public String address() {
    return socket.getInetAddress().getHostAddress() + ":" + port();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket peer = socket.accept()) {
        peer.setSoTimeout(READ_TIMEOUT_MILLIS);
        answer(peer);
      } catch (IOException e) {
        // A peer that went away, or close(): nothing that concerns the application.
      }
    }
  }

  private void answer(Socket peer) throws IOException {
    String line = requestLine(peer.getInputStream());
    if (line.isEmpty()) {
      return;
    }
    Answer answer = dispatch(line);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    OutputStream out = peer.getOutputStream();
    String head =
        "HTTP/1.0 "
            + answer.status()
            + " -\r\nContent-Type: "
            + answer.contentType()
            + "\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  /**
   * Reads the whole head, so that closing does not reset the connection under the answer.
   *
   * @return the request line, or empty when none came within the limits
   */
  private static String requestLine(InputStream in) throws IOException {
    byte[] head = new byte[MAX_HEAD];
    long start = System.nanoTime();
    int length = 0;
    int lineEnd = -1;
    int lineStart = 0;
    while (length < MAX_HEAD && System.nanoTime() - start < REQUEST_NANOS) {
      int read = in.read(head, length, MAX_HEAD - length);
      if (read < 0) {
        break;
      }
      for (int i = length; i < length + read; i++) {
        if (head[i] == '\n') {
          boolean blank = i == lineStart || i == lineStart + 1 && head[lineStart] == '\r';
          if (lineEnd < 0) {
            lineEnd = i;
          } else if (blank) {
            return new String(head, 0, lineEnd, StandardCharsets.ISO_8859_1).trim();
          }
          lineStart = i + 1;
        }
      }
      length += read;
    }
    return "";
  }

  private Answer dispatch(String requestLine) {
    String[] parts = requestLine.split(" ", 3);
    if (parts.length < 2) {
      return new Answer(400, "text/plain", "Not a request line.\n");
    }
    int question = parts[1].indexOf('?');
    String path = question < 0 ? parts[1] : parts[1].substring(0, question);
    Page page = pages.get(path);
    if (page == null) {
      return new Answer(404, "text/plain", "No page " + path + ". Pages: " + pages.keySet() + "\n");
    }
    try {
      return page.answer(parts[0], question < 0 ? "" : parts[1].substring(question + 1));
    } catch (IllegalArgumentException e) {
      return new Answer(400, "text/plain", "Not understood: " + e.getMessage() + "\n");
    } catch (RuntimeException | LinkageError e) {
      return new Answer(500, "text/plain", e + "\n");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The process ends or the port is gone already.
    }
  }
}

package dev.weft.smoke.harm;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * What the application talks to: a raw server whose behaviour is the last segment of the path, and
 * that writes down what came over each connection. Trace headers are left out of that.
 */
final class HarmServer implements Wire, AutoCloseable {
  private static final Set<String> TRACE = Set.of("traceparent", "tracestate", "baggage");

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final Map<Integer, StringBuffer> wire = new ConcurrentHashMap<>();

  HarmServer() throws IOException {
    server = new ServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
    Thread acceptor = new Thread(this::accept, "harm-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void begin() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    connections.set(0);
    wire.clear();
  }

  @Override
  public String seen() {
    return connections.get() + " connections\n" + new TreeMap<>(wire);
  }

  @Override
  public void close() throws IOException {
    server.close();
    begin();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        int number = connections.incrementAndGet();
        StringBuffer log = new StringBuffer();
        wire.put(number, log);
        Thread worker = new Thread(() -> serve(socket, log), "harm-server-" + number);
        worker.setDaemon(true);
        worker.start();
      } catch (IOException e) {
        // Closed by the test, or by a client in haste.
      }
    }
  }

  private void serve(Socket socket, StringBuffer log) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (one(socket, in, out, log)) {}
    } catch (IOException | RuntimeException e) {
      // A client that went away is part of the cases.
    } finally {
      open.remove(socket);
    }
  }

  private boolean one(Socket socket, InputStream in, OutputStream out, StringBuffer log)
      throws IOException {
    String requestLine = line(in);
    if (requestLine == null) {
      return false;
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    StringBuilder head = new StringBuilder(requestLine);
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      String name = line.substring(0, line.indexOf(':'));
      headers.put(name, line.substring(name.length() + 1).trim());
      if (!TRACE.contains(name.toLowerCase())) {
        head.append(" | ").append(line);
      }
    }
    log.append(head).append('\n');
    String target = requestLine.split(" ")[1];
    String behaviour = target.substring(target.lastIndexOf('/') + 1);
    if (behaviour.equals("early-reply") || behaviour.equals("s413-close")) {
      return reply(out, behaviour.equals("early-reply") ? "200" : "413", "close", "early");
    }
    if (headers.containsKey("expect")) {
      out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    byte[] body = body(in, headers);
    log.append(body.length).append(':').append(Arrays.hashCode(body)).append('\n');
    return act(socket, in, out, behaviour, requestLine.startsWith("HEAD"), headers);
  }

  private boolean act(
      Socket socket,
      InputStream in,
      OutputStream out,
      String behaviour,
      boolean head,
      Map<String, String> headers)
      throws IOException {
    switch (behaviour) {
      case "reset":
        socket.setSoLinger(true, 0);
        return false;
      case "close":
        return false;
      case "silent":
        untilClosed(socket, in);
        return false;
      case "head-then-silent":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12"));
        untilClosed(socket, in);
        return false;
      case "malformed":
        out.write(ascii("NOT HTTP AT ALL\r\n\r\n"));
        return false;
      case "bad-chunk":
        out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"));
        return false;
      case "bad-length":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nab"));
        return false;
      case "truncated":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab"));
        return false;
      case "reset-body":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab"));
        sleep(150);
        socket.setSoLinger(true, 0);
        return false;
      case "half-close":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"));
        socket.shutdownOutput();
        untilClosed(socket, in);
        return false;
      case "close-delimited":
        out.write(ascii("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
        return false;
      case "http10":
        out.write(ascii("HTTP/1.0 200 OK\r\n\r\nold"));
        return false;
      case "no-reason":
        out.write(ascii("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nab"));
        return true;
      case "chunked":
        out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        out.write(ascii("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n"));
        return true;
      case "chunked-large":
        out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (int i = 0; i < 50; i++) {
          out.write(ascii("2000\r\n" + "x".repeat(0x2000) + "\r\n"));
        }
        out.write(ascii("0\r\n\r\n"));
        return true;
      case "gzip":
        return gzip(out);
      case "dribble":
        for (byte b : ascii("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")) {
          out.write(b);
          sleep(2);
        }
        return true;
      case "info103":
        out.write(ascii("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"));
        return reply(out, "200", "", "after");
      case "slow":
        sleep(300);
        return reply(out, "200", "", "late");
      case "auth":
        return headers.containsKey("authorization")
            ? reply(out, "200", "", "in")
            : reply(out, "401", "WWW-Authenticate: Basic realm=\"r\"", "who");
      case "cookie":
        return reply(out, "200", "Set-Cookie: session=42; Path=/", "cookie");
      case "many-headers":
        return reply(out, "200", "X-A: 1\r\n".repeat(60) + "X-B: 2", "many");
      case "twice-header":
        return reply(out, "200", "X-T: 1\r\nX-T: 2\r\nX-Empty:", "twice");
      case "close-after":
        reply(out, "200", "", "once");
        return false;
      case "redirect-loop":
        return reply(out, "302", "Location: /redirect-loop", "");
      case "large":
        return reply(out, "200", "", head ? "" : "y".repeat(1_000_000));
      case "empty":
        return reply(out, "200", "", "");
      default:
        return byStatus(out, behaviour, head);
    }
  }

  private static boolean byStatus(OutputStream out, String behaviour, boolean head)
      throws IOException {
    if (behaviour.startsWith("redirect")) {
      return reply(out, behaviour.substring(8), "Location: /ok", "moved");
    }
    if (behaviour.equals("s204") || behaviour.equals("s304")) {
      out.write(ascii("HTTP/1.1 " + behaviour.substring(1) + " No\r\n\r\n"));
      return true;
    }
    String status = behaviour.startsWith("s") ? behaviour.substring(1) : "200";
    return reply(out, status, "", head ? "" : "body of " + behaviour);
  }

  private static boolean gzip(OutputStream out) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(ascii("unpacked ".repeat(100)));
    }
    out.write(
        ascii(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                + packed.size()
                + "\r\n\r\n"));
    packed.writeTo(out);
    return true;
  }

  private static boolean reply(OutputStream out, String status, String header, String body)
      throws IOException {
    boolean close = header.equals("close");
    String lines = close ? "Connection: close\r\n" : header.isEmpty() ? "" : header + "\r\n";
    out.write(
        ascii(
            "HTTP/1.1 "
                + status
                + " Reply\r\n"
                + lines
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body));
    return !close;
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      return in.readNBytes(Integer.parseInt(headers.get("content-length")));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.containsKey("transfer-encoding")) {
      for (int size = Integer.parseInt(line(in), 16);
          size > 0;
          size = Integer.parseInt(line(in), 16)) {
        body.write(in.readNBytes(size));
        line(in);
      }
      line(in);
    }
    return body.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toString();
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return null;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Bounded: the JDK's client has no limit of its own for a body. */
  private static void untilClosed(Socket socket, InputStream in) throws IOException {
    socket.setSoTimeout(1200);
    while (in.read() >= 0) {}
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

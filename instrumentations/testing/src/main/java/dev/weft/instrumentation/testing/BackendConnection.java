package dev.weft.instrumentation.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link Backend}: requests are read whole, then answered in turn. */
final class BackendConnection {
  private static final int PIECE_BYTES = 16 * 1024;

  private final Backend backend;
  private final Socket socket;
  private final int number;
  private final @Nullable String peer;
  private final InputStream in;
  private final OutputStream out;

  BackendConnection(Backend backend, Socket socket, int number, @Nullable String peer)
      throws IOException {
    this.backend = backend;
    this.socket = socket;
    this.number = number;
    this.peer = peer;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream());
  }

  void run() throws IOException {
    for (; ; ) {
      Received request = read();
      if (request == null) {
        return;
      }
      backend.record(request);
      if (!answer(request, backend.answer())) {
        return;
      }
    }
  }

  private @Nullable Received read() throws IOException {
    String requestLine = line();
    if (requestLine == null) {
      return null;
    }
    StringBuilder head = new StringBuilder(requestLine);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      head.append('\n').append(line);
      int colon = line.indexOf(':');
      headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).trim()));
    }
    String[] parts = requestLine.split(" ", 3);
    if (find(headers, "expect") != null) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    return new Received(head.toString(), parts[0], parts[1], headers, body(headers), number, peer);
  }

  private byte[] body(List<Map.Entry<String, String>> headers) throws IOException {
    String length = find(headers, "content-length");
    if (length != null) {
      byte[] body = in.readNBytes(Integer.parseInt(length));
      if (body.length < Integer.parseInt(length)) {
        throw new EOFException("The request's body ended early");
      }
      return body;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if ("chunked".equalsIgnoreCase(find(headers, "transfer-encoding"))) {
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.write(in.readNBytes(size));
        line();
      }
      for (String trailer = line(); trailer != null && !trailer.isEmpty(); trailer = line()) {}
    }
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("The request ended between two chunks");
    }
    return Integer.parseInt(line.split(";", 2)[0].trim(), 16);
  }

  /** Whether the connection goes on. */
  private boolean answer(Received request, Answer answer) throws IOException {
    LockSupport.parkNanos(answer.delay().toNanos());
    switch (answer.end()) {
      case RESET_BEFORE_RESPONSE:
        socket.setSoLinger(true, 0);
        return false;
      case CLOSE_BEFORE_RESPONSE:
        return false;
      case MALFORMED:
        out.write("BOGUS\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return false;
      case SILENT:
        while (in.read() >= 0) {}
        return false;
      default:
        return respond(request, answer);
    }
  }

  private boolean respond(Received request, Answer answer) throws IOException {
    byte[] content = answer.bodyBytes() < 0 ? backend.name().getBytes(UTF_8) : answer.body();
    long length = answer.bodyBytes() < 0 ? content.length : answer.bodyBytes();
    boolean bodyless =
        answer.status() == 204 || answer.status() == 304 || request.method().equals("HEAD");
    StringBuilder head = new StringBuilder("HTTP/1.1 ");
    head.append(answer.status()).append(" Answer\r\nx-backend: ").append(backend.name());
    answer.headers().forEach(h -> append(head, h.getKey(), h.getValue()));
    if (answer.end() == Answer.End.CLOSE) {
      append(head, "Connection", "close");
    }
    if (answer.chunked()) {
      append(head, "Transfer-Encoding", "chunked");
    } else if (answer.status() != 204 && answer.status() != 304) {
      append(head, "Content-Length", Long.toString(length));
    }
    out.write(head.append("\r\n\r\n").toString().getBytes(UTF_8));
    if (!bodyless) {
      boolean broken = answer.end() == Answer.End.RESET_IN_BODY;
      write(content, broken ? length / 2 : length, answer.chunked(), broken);
      if (broken) {
        out.flush();
        // Lets the head reach the client before the reset throws away what is in flight.
        LockSupport.parkNanos(50_000_000);
        socket.setSoLinger(true, 0);
        return false;
      }
    }
    out.flush();
    return answer.end() == Answer.End.KEEP;
  }

  private void write(byte[] content, long length, boolean chunked, boolean broken)
      throws IOException {
    byte[] filler = new byte[PIECE_BYTES];
    Arrays.fill(filler, content.length == 0 ? (byte) 'x' : content[content.length - 1]);
    for (long done = 0; done < length; ) {
      boolean first = done == 0 && content.length > 0;
      byte[] from = first ? content : filler;
      int size = (int) Math.min(from.length, length - done);
      if (chunked) {
        out.write((Integer.toHexString(size) + "\r\n").getBytes(UTF_8));
      }
      out.write(from, 0, size);
      if (chunked) {
        out.write("\r\n".getBytes(UTF_8));
      }
      done += size;
    }
    if (chunked && !broken) {
      out.write("0\r\n\r\n".getBytes(UTF_8));
    }
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private static void append(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ").append(value);
  }

  private static @Nullable String find(List<Map.Entry<String, String>> headers, String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
  }
}

package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.LocalReply;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection that swallows the request and answers with the mesh's own reply. Everything above
 * (status, error stream, cookies, redirects) then treats it as it treats any answer.
 */
final class ReplySocket extends Socket {
  private final InputStream answer;

  ReplySocket(LocalReply reply, String method) {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    List<String[]> headers = new ArrayList<>();
    reply.writeHeaders(headers, Lines.WRITER);
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " weft\r\n");
    for (String[] header : headers) {
      head.append(header[0]).append(": ").append(header[1]).append("\r\n");
    }
    if (body.length > 0) {
      head.append("content-type: text/plain\r\n");
    }
    if (reply.status() != 204 && reply.status() != 304) {
      head.append("content-length: ").append(body.length).append("\r\n");
    }
    // Never kept: there is no connection behind it.
    head.append("connection: close\r\n\r\n");
    byte[] lines = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[lines.length + (method.equals("HEAD") ? 0 : body.length)];
    System.arraycopy(lines, 0, all, 0, lines.length);
    System.arraycopy(body, 0, all, lines.length, all.length - lines.length);
    answer = new ByteArrayInputStream(all);
  }

  @Override
  public InputStream getInputStream() {
    return answer;
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setSoTimeout(int timeout) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  private static final class Lines implements HeaderWriter<List<String[]>> {
    static final Lines WRITER = new Lines();

    @Override
    public void set(List<String[]> headers, String name, String value) {
      remove(headers, name);
      add(headers, name, value);
    }

    @Override
    public void add(List<String[]> headers, String name, String value) {
      headers.add(new String[] {name, value});
    }

    @Override
    public void remove(List<String[]> headers, String name) {
      headers.removeIf(header -> header[0].equalsIgnoreCase(name));
    }
  }
}

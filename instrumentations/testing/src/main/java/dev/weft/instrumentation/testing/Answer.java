package dev.weft.instrumentation.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Backend} does with one request.
 *
 * @param status 200 to 599
 * @param headers beside {@code x-backend} and the framing
 * @param body whole body; its last byte repeated when {@code bodyBytes} is larger
 * @param bodyBytes length of the body in bytes
 * @param chunked chunked instead of content-length
 * @param delay before the status line
 * @param end what happens to the connection
 */
public record Answer(
    int status,
    List<Map.Entry<String, String>> headers,
    byte[] body,
    long bodyBytes,
    boolean chunked,
    Duration delay,
    End end) {

  /** How the connection goes on. */
  public enum End {
    /** Kept alive. */
    KEEP,
    /** {@code Connection: close} is sent and kept. */
    CLOSE,
    /** Reset (RST) after the request was read and before any byte of a response. */
    RESET_BEFORE_RESPONSE,
    /** Closed (FIN) after the request was read and before any byte of a response. */
    CLOSE_BEFORE_RESPONSE,
    /** Reset in the middle of the body. */
    RESET_IN_BODY,
    /** A status line that is no HTTP, then closed. */
    MALFORMED,
    /** Never answered; the connection stays open until the client closes it. */
    SILENT
  }

  public Answer {
    headers = List.copyOf(headers);
  }

  /** A status with the backend's name as body. */
  public static Answer status(int status) {
    return new Answer(status, List.of(), new byte[0], -1, false, Duration.ZERO, End.KEEP);
  }

  /** 200 with the backend's name as body. */
  public static Answer ok() {
    return status(200);
  }

  /** Ends the connection in this way. */
  public static Answer ending(End end) {
    return new Answer(200, List.of(), new byte[0], -1, false, Duration.ZERO, end);
  }

  /** With one more header. */
  public Answer header(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Answer(status, more, body, bodyBytes, chunked, delay, end);
  }

  /** With this body. */
  public Answer body(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Answer(status, headers, bytes, bytes.length, chunked, delay, end);
  }

  /** With a body of {@code bytes} times {@code x}, written piece by piece. */
  public Answer largeBody(long bytes) {
    return new Answer(status, headers, new byte[] {'x'}, bytes, chunked, delay, end);
  }

  /** In chunks. */
  public Answer inChunks() {
    return new Answer(status, headers, body, bodyBytes, true, delay, end);
  }

  /** After a delay. */
  public Answer after(Duration wait) {
    return new Answer(status, headers, body, bodyBytes, chunked, wait, end);
  }

  /** With this end of the connection. */
  public Answer then(End how) {
    return new Answer(status, headers, body, bodyBytes, chunked, delay, how);
  }
}

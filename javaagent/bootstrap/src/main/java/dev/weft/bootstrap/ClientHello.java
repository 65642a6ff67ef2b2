package dev.weft.bootstrap;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection without consuming them: is it a TLS ClientHello, and
 * which application protocols does it offer? Server adapters ask again as more bytes arrive, so a
 * ClientHello may be split over reads and over TLS records (RFC 8446 section 5.1).
 */
public final class ClientHello {
  /** What the bytes are. */
  public enum Kind {
    /** Too few bytes to tell; wait for more. */
    NEED_MORE,
    /** Not TLS, or nothing that a TLS stack would accept. */
    NOT_TLS,
    /** A whole ClientHello. */
    TLS
  }

  /** Longer ones are not read to their end: no peer of the mesh sends them. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int ALPN = 16;
  private static final String[] NONE = {};
  private static final ClientHello NEED_MORE = new ClientHello(Kind.NEED_MORE, NONE);
  private static final ClientHello NOT_TLS = new ClientHello(Kind.NOT_TLS, NONE);

  private final Kind kind;
  private final String[] alpn;

  private ClientHello(Kind kind, String[] alpn) {
    this.kind = kind;
    this.alpn = alpn;
  }

  /** What the bytes are. */
  public Kind kind() {
    return kind;
  }

  /** Application protocols in the order offered; empty when there are none. */
  public String[] alpn() {
    return alpn.clone();
  }

  /**
   * Reads from {@code bytes}' position to its limit; neither is moved.
   *
   * @param bytes what has arrived on the connection so far, from its first byte
   */
  public static ClientHello peek(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate();
    if (!in.hasRemaining()) {
      return NEED_MORE;
    }
    if (in.get(in.position()) != HANDSHAKE_RECORD) {
      return NOT_TLS;
    }
    try {
      ByteBuffer hello = handshakeMessage(in);
      return hello == null ? NEED_MORE : parse(hello);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return NOT_TLS;
    }
  }

  /** The ClientHello's body, put together from its records; null when not all of it is there. */
  private static @Nullable ByteBuffer handshakeMessage(ByteBuffer in) {
    ByteBuffer message = ByteBuffer.allocate(in.remaining());
    while (in.remaining() >= 5) {
      int type = in.get();
      int version = in.getShort() & 0xFFFF;
      int length = in.getShort() & 0xFFFF;
      if (type != HANDSHAKE_RECORD || version >>> 8 != 3 || length == 0 || length > 16384) {
        throw new IllegalArgumentException("not a TLS handshake record");
      }
      int take = Math.min(length, in.remaining());
      message.put(in.slice().limit(take));
      in.position(in.position() + take);
      if (message.position() >= 4) {
        int head = message.getInt(0);
        int size = head & 0xFFFFFF;
        if (head >>> 24 != CLIENT_HELLO || size > MAX_BYTES) {
          throw new IllegalArgumentException("not a ClientHello");
        }
        if (message.position() >= 4 + size) {
          return message.flip().position(4).limit(4 + size);
        }
      }
      if (take < length) {
        return null;
      }
    }
    return null;
  }

  private static ClientHello parse(ByteBuffer hello) {
    skip(hello, 2 + 32); // legacy version, random
    skip(hello, hello.get() & 0xFF); // session id
    skip(hello, hello.getShort() & 0xFFFF); // cipher suites
    skip(hello, hello.get() & 0xFF); // compression methods
    if (!hello.hasRemaining()) {
      return new ClientHello(Kind.TLS, NONE);
    }
    skip(hello, 2); // length of all extensions
    while (hello.hasRemaining()) {
      int type = hello.getShort() & 0xFFFF;
      int length = hello.getShort() & 0xFFFF;
      if (type == ALPN) {
        return new ClientHello(Kind.TLS, names(hello.slice().limit(length)));
      }
      skip(hello, length);
    }
    return new ClientHello(Kind.TLS, NONE);
  }

  private static String[] names(ByteBuffer extension) {
    List<String> names = new ArrayList<>(4);
    skip(extension, 2);
    while (extension.hasRemaining()) {
      byte[] name = new byte[extension.get() & 0xFF];
      extension.get(name);
      names.add(new String(name, StandardCharsets.US_ASCII));
    }
    return names.toArray(NONE);
  }

  private static void skip(ByteBuffer in, int bytes) {
    in.position(in.position() + bytes);
  }
}

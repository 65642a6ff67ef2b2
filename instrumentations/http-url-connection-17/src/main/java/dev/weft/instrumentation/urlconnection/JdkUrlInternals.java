package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.Socket;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * All access to members of {@code sun.net.www}, in one place; the same on JDK 17, 21 and 25, with a
 * test per JDK. Where one is missing {@link #READY} is false and every hook stands aside.
 *
 * <p>{@code HttpClient} here is {@code sun.net.www.http.HttpClient}, one connection; it travels as
 * {@link Object}, as does {@code MessageHeader}.
 */
public final class JdkUrlInternals {
  private static final Members IN = new Members("sun.net.");
  private static final Class<?> CLIENT = IN.type("www.http.HttpClient");
  private static final Class<?> NETWORK = IN.type("NetworkClient");
  private static final Class<?> CONNECTION = IN.type("www.protocol.http.HttpURLConnection");
  private static final Class<?> STREAM =
      IN.type("www.protocol.http.HttpURLConnection$HttpInputStream");
  private static final Class<?> HEADER = IN.type("www.MessageHeader");

  private static final MethodHandle NEW =
      IN.factory(
          CLIENT, "New", CLIENT, URL.class, Proxy.class, int.class, boolean.class, CONNECTION);
  private static final MethodHandle READ_TIMEOUT = IN.method(NETWORK, "getReadTimeout", int.class);
  private static final MethodHandle CONNECT_TIMEOUT =
      IN.method(NETWORK, "getConnectTimeout", int.class);
  private static final MethodHandle GET_SOCKET = IN.getter(NETWORK, "serverSocket", Socket.class);
  private static final MethodHandle SET_SOCKET = IN.setter(NETWORK, "serverSocket", Socket.class);
  private static final MethodHandle REUSE = IN.getter(CLIENT, "reuse", boolean.class);
  private static final MethodHandle STREAMING = IN.method(CONNECTION, "streaming", boolean.class);
  private static final MethodHandle OWNER = IN.getter(STREAM, "this$0", CONNECTION);
  private static final MethodHandle PARSE =
      parse(
          IN.methodOf(
              CLIENT,
              "parseHTTP",
              boolean.class,
              new Class<?>[] {HEADER, CONNECTION},
              new Class<?>[] {HEADER, IN.optionalType("ProgressSource"), CONNECTION}));
  private static final MethodHandle NEW_HEADER = IN.constructor(HEADER);
  private static final MethodHandle KEY = IN.method(HEADER, "getKey", String.class, int.class);
  private static final MethodHandle VALUE = IN.method(HEADER, "getValue", String.class, int.class);
  private static final MethodHandle ADD =
      IN.method(HEADER, "add", void.class, String.class, String.class);
  private static final MethodHandle SET =
      IN.method(HEADER, "set", void.class, int.class, String.class, String.class);
  private static final MethodHandle REMOVE = IN.method(HEADER, "remove", void.class, String.class);
  private static final MethodHandle FIND =
      IN.method(HEADER, "findValue", String.class, String.class);
  private static final MethodHandle RESET = IN.method(HEADER, "reset", void.class);

  /** What was missing, or null. */
  public static final @Nullable Throwable MISSING = IN.missing();

  /** Whether every member was found; false: this JDK is unknown to us. */
  public static final boolean READY = MISSING == null;

  static {
    if (MISSING != null) {
      Mesh.internalError("HttpURLConnection: unknown JDK, not governed", MISSING);
    }
  }

  private JdkUrlInternals() {}

  private static MethodHandle parse(MethodHandle found) {
    MethodHandle parse = found;
    if (parse.type().parameterCount() == 4) {
      // JDK 17 passes a listener for progress in between, often null.
      parse = MethodHandles.insertArguments(parse, 2, (Object) null);
    }
    return parse.type().parameterCount() == 3
        ? parse.asType(MethodType.genericMethodType(3))
        : MethodHandles.empty(MethodType.genericMethodType(3));
  }

  /** {@code HttpClient.New}: a kept connection or a new, connected one. */
  static Object client(URL url, int connectTimeoutMillis, boolean useCache, Object connection)
      throws IOException {
    try {
      return (Object)
          NEW.invokeExact(
              (Object) url,
              (Object) Proxy.NO_PROXY,
              (Object) connectTimeoutMillis,
              (Object) useCache,
              connection);
    } catch (Throwable e) {
      throw ioOr(e);
    }
  }

  /** Reads a response into {@code header}. */
  static void parse(Object client, Object header, Object connection) throws IOException {
    try {
      Object valid = (Object) PARSE.invokeExact(client, header, connection);
    } catch (Throwable e) {
      throw ioOr(e);
    }
  }

  /** Milliseconds; below 0: not set. */
  static int readTimeout(Object client) {
    return (int) there(READ_TIMEOUT, client);
  }

  /** Milliseconds; below 0: not set. */
  static int connectTimeout(Object client) {
    return (int) there(CONNECT_TIMEOUT, client);
  }

  static @Nullable Socket socket(Object client) {
    return (Socket) call(GET_SOCKET, client);
  }

  static void setSocket(Object client, Socket socket) {
    call(SET_SOCKET, client, socket);
  }

  /** The connection will be used for another request of the same call: an answer to a challenge. */
  static boolean reused(Object client) {
    return (boolean) there(REUSE, client);
  }

  static boolean streaming(Object connection) {
    return (boolean) there(STREAMING, connection);
  }

  /** The connection that a response's stream belongs to. */
  static HttpURLConnection owner(Object stream) {
    return (HttpURLConnection) there(OWNER, stream);
  }

  /** A copy of a message's first line and headers. */
  static Object copy(Object header) {
    try {
      Object copy = (Object) NEW_HEADER.invokeExact();
      for (int i = 0; ; i++) {
        String key = key(header, i);
        String value = value(header, i);
        if (key == null && value == null) {
          return copy;
        }
        add(copy, key, value);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static @Nullable String key(Object header, int index) {
    return (String) call(KEY, header, index);
  }

  static @Nullable String value(Object header, int index) {
    return (String) call(VALUE, header, index);
  }

  static @Nullable String find(Object header, String name) {
    return (String) call(FIND, header, name);
  }

  static void add(Object header, @Nullable String key, @Nullable String value) {
    call(ADD, header, key, value);
  }

  static void setKey(Object header, int index, String key) {
    try {
      Object nothing =
          (Object) SET.invokeExact(header, (Object) index, (Object) key, (Object) null);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void remove(Object header, String key) {
    call(REMOVE, header, key);
  }

  static void reset(Object header) {
    call(RESET, header);
  }

  private static Object there(MethodHandle handle, Object receiver) {
    Object result = call(handle, receiver);
    if (result == null) {
      throw new IllegalStateException("A member of sun.net.www is null in this JDK");
    }
    return result;
  }

  private static @Nullable Object call(MethodHandle handle, Object receiver) {
    try {
      return (Object) handle.invokeExact(receiver);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static @Nullable Object call(
      MethodHandle handle, Object receiver, @Nullable Object argument) {
    try {
      return (Object) handle.invokeExact(receiver, argument);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static @Nullable Object call(
      MethodHandle handle, Object receiver, @Nullable Object one, @Nullable Object two) {
    try {
      return (Object) handle.invokeExact(receiver, one, two);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IOException ioOr(Throwable thrown) {
    if (thrown instanceof IOException io) {
      return io;
    }
    throw unexpected(thrown);
  }

  private static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof RuntimeException runtime) {
      return runtime;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(thrown);
  }
}

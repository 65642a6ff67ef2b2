package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Mesh;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.Socket;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** What the woven methods ask, apart from how they are woven. */
final class Hooks {
  private Hooks() {}

  /**
   * Starts a governed call in place of {@code HttpURLConnection.getNewHttpClient}.
   *
   * @return null: not ours; else the client and null, or null and what to throw
   */
  static @Nullable Object @Nullable [] open(
      Object connection, URL url, @Nullable Proxy proxy, int connectTimeout, boolean useCache) {
    if (!JdkUrlInternals.READY
        || Mesh.engine() == null
        || (proxy != null && proxy.type() != Proxy.Type.DIRECT)
        || !"http".equalsIgnoreCase(url.getProtocol())) {
      return null;
    }
    int port = url.getPort();
    Destination destination = Mesh.http(unbracketed(url.getHost()), port == -1 ? 80 : port);
    if (destination == null || Underway.opening() != null) {
      return null;
    }
    Head head = Head.of((HttpURLConnection) connection, url);
    // Never repeatable: this adapter retries connects only.
    Call call = destination.begin(head, Head.READER, 0);
    if (call == null) {
      return null;
    }
    try {
      return new Object[] {
        new UrlCall(call, head, connection).open(url, connectTimeout, useCache, connection), null
      };
    } catch (IOException e) {
      return new Object[] {null, e};
    } catch (RuntimeException | Error e) {
      // Past a decision that we could not carry out nothing is sent: the identity may be at stake.
      Mesh.internalError("HttpURLConnection connect", e);
      call.cancel();
      return new Object[] {null, new IOException("weft: " + e, e)};
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /**
   * Opens the socket of a governed client.
   *
   * @return null: not ours; else the socket and null, or null and what to throw
   */
  static @Nullable Object @Nullable [] connect(Object client) {
    UrlCall call = Underway.opening();
    if (call == null) {
      call = Underway.of(client);
    } else {
      // From its constructor: should it reconnect later, it is to find its endpoint.
      Underway.put(client, call);
    }
    if (call == null) {
      return null;
    }
    try {
      Socket socket = call.socket(client);
      return new Object[] {socket, null};
    } catch (IOException e) {
      return new Object[] {null, e};
    } catch (RuntimeException | Error e) {
      Mesh.internalError("HttpURLConnection socket", e);
      return new Object[] {null, new IOException("weft: " + e, e)};
    }
  }

  /** What {@code client} is kept under in the keep-alive cache, or null: as the JDK has it. */
  static @Nullable Object keptUnder(@Nullable Object client) {
    UrlCall call = client == null ? Underway.opening() : Underway.of(client);
    return call == null ? null : call.target();
  }
}

package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Mesh;
import io.grpc.internal.ManagedChannelImplBuilder;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The host and port that a channel dials.
 *
 * @param appTls the application has asked for TLS of its own
 */
public record ChannelTarget(String host, int port, boolean appTls) {
  private static final Map<Object, String> TARGETS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final int TLS_PORT = 443;
  private static final int PLAINTEXT_PORT = 80;

  static void remember(ManagedChannelImplBuilder builder, String target) {
    TARGETS.put(builder, target);
  }

  /** What {@code builder}'s channel dials; null when no name service of the mesh's concern does. */
  static @Nullable ChannelTarget of(ManagedChannelImplBuilder builder) {
    String target = TARGETS.get(builder);
    return target == null ? null : parse(target, defaultPort(builder));
  }

  /**
   * Takes {@code payments:9090}, {@code dns:payments}, {@code dns:///payments:9090}; nothing with
   * another scheme ({@code xds:}, {@code unix:}) nor with a DNS server of its own.
   */
  static @Nullable ChannelTarget parse(String target, int defaultPort) {
    String name = target;
    if (name.startsWith("dns:")) {
      name = name.substring(4);
      if (name.startsWith("//")) {
        if (!name.startsWith("///")) {
          return null;
        }
        name = name.substring(3);
      }
    }
    int colon = name.lastIndexOf(':');
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.indexOf(':') != colon && name.charAt(0) != '[') {
      return null;
    }
    boolean bracket = name.charAt(0) == '[';
    int close = bracket ? name.indexOf(']') : -1;
    if (bracket && close < 0) {
      return null;
    }
    String host = bracket ? name.substring(1, close) : colon < 0 ? name : name.substring(0, colon);
    int port = defaultPort;
    if (colon > close) {
      try {
        port = Integer.parseInt(name.substring(colon + 1));
      } catch (NumberFormatException notAPort) {
        return null;
      }
    }
    return host.isEmpty() || port < 1 || port > 65535
        ? null
        : new ChannelTarget(host, port, defaultPort == TLS_PORT);
  }

  /** 443 with TLS of the application, 80 without: what the builder would fill in itself. */
  private static int defaultPort(ManagedChannelImplBuilder builder) {
    try {
      Method method = ManagedChannelImplBuilder.class.getDeclaredMethod("getDefaultPort");
      method.setAccessible(true);
      return (int) method.invoke(builder);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Mesh.internalError("grpc.default-port", e);
      return PLAINTEXT_PORT;
    }
  }
}

package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.RequestReader;
import java.util.Enumeration;
import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.jspecify.annotations.Nullable;

/** Reads Coyote's request before the container has parsed it, leaving every buffer as it is. */
public final class CoyoteReader implements RequestReader<Request> {
  static final CoyoteReader READER = new CoyoteReader();

  private CoyoteReader() {}

  @Override
  public String method(Request request) {
    return text(request.method());
  }

  @Override
  public String path(Request request) {
    String path = text(request.requestURI());
    MessageBytes query = request.queryString();
    return query.isNull() ? path : path + '?' + text(query);
  }

  @Override
  public String authority(Request request) {
    String host = request.getHeader("host");
    if (host != null) {
      return host;
    }
    String name = text(request.serverName());
    int port = request.getServerPort();
    return port > 0 ? name + ':' + port : name;
  }

  @Override
  public @Nullable String header(Request request, String name) {
    Enumeration<String> values = request.getMimeHeaders().values(name);
    if (!values.hasMoreElements()) {
      return null;
    }
    String first = values.nextElement();
    if (!values.hasMoreElements()) {
      return first;
    }
    StringBuilder joined = new StringBuilder(first);
    while (values.hasMoreElements()) {
      joined.append(',').append(values.nextElement());
    }
    return joined.toString();
  }

  /**
   * Not {@code toString()} of MessageBytes: newer versions turn the value into a String by it, and
   * Tomcat does not percent-decode a request URI that is a String.
   */
  private static String text(MessageBytes bytes) {
    if (bytes.isNull()) {
      return "";
    }
    return bytes.getType() == MessageBytes.T_BYTES
        ? bytes.getByteChunk().toString()
        : bytes.toString();
  }
}

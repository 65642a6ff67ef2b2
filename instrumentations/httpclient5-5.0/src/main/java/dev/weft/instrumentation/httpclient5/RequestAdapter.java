package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.RequestReader;
import java.util.Iterator;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.jspecify.annotations.Nullable;

/** Reads the library's request, complete as it goes over the wire. */
final class RequestAdapter implements RequestReader<ClassicHttpRequest> {
  static final RequestAdapter INSTANCE = new RequestAdapter();

  private RequestAdapter() {}

  @Override
  public String method(ClassicHttpRequest request) {
    return request.getMethod();
  }

  @Override
  public String path(ClassicHttpRequest request) {
    String path = request.getPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  @Override
  public String authority(ClassicHttpRequest request) {
    Header host = request.getFirstHeader(HttpHeaders.HOST);
    return host != null ? host.getValue() : String.valueOf(request.getAuthority());
  }

  @Override
  public @Nullable String header(ClassicHttpRequest request, String name) {
    return joined(request, name);
  }

  /** Values of a header joined with a comma, null without any; one value as it is. */
  static @Nullable String joined(HttpMessage message, String name) {
    Header first = message.getFirstHeader(name);
    if (first == null || message.countHeaders(name) == 1) {
      return first == null ? null : first.getValue();
    }
    StringBuilder values = new StringBuilder();
    for (Iterator<Header> each = message.headerIterator(name); each.hasNext(); ) {
      if (values.length() > 0) {
        values.append(',');
      }
      values.append(each.next().getValue());
    }
    return values.toString();
  }
}

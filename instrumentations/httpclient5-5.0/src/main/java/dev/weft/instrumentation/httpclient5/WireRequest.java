package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.HeaderWriter;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request of one attempt: the application's own until something has to differ, then a copy, so
 * that what the application and the library see stays unchanged and each attempt begins from it.
 */
final class WireRequest {
  private static final Writer WRITER = new Writer();

  private final ClassicHttpRequest own;
  private @Nullable ClassicHttpRequest copy;

  private WireRequest(ClassicHttpRequest own) {
    this.own = own;
  }

  /** Applies all changes of {@code attempt} to {@code own} or a copy of it. */
  static ClassicHttpRequest of(ClassicHttpRequest own, Attempt attempt) {
    WireRequest wire = new WireRequest(own);
    String path = attempt.path();
    if (path != null) {
      wire.copy().setPath(path);
    }
    String authority = attempt.authority();
    if (authority != null) {
      wire.copy().setHeader(HttpHeaders.HOST, authority);
    }
    attempt.writeHeaders(wire, WRITER);
    ClassicHttpRequest changed = wire.copy;
    return changed == null ? own : changed;
  }

  private ClassicHttpRequest copy() {
    ClassicHttpRequest made = copy;
    if (made == null) {
      made = new BasicClassicHttpRequest(own.getMethod(), (HttpHost) null, own.getPath());
      made.setVersion(own.getVersion());
      made.setScheme(own.getScheme());
      made.setAuthority(own.getAuthority());
      for (Header header : own.getHeaders()) {
        made.addHeader(header);
      }
      made.setEntity(own.getEntity());
      copy = made;
    }
    return made;
  }

  private static final class Writer implements HeaderWriter<WireRequest> {
    @Override
    public void set(WireRequest wire, String name, String value) {
      wire.copy().setHeader(name, value);
    }

    @Override
    public void add(WireRequest wire, String name, String value) {
      wire.copy().addHeader(name, value);
    }

    @Override
    public void remove(WireRequest wire, String name) {
      if (wire.copy != null || wire.own.containsHeader(name)) {
        wire.copy().removeHeaders(name);
      }
    }
  }
}

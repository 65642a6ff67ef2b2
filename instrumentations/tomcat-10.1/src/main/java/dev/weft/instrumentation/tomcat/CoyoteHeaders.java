package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.HeaderWriter;
import org.apache.tomcat.util.http.MimeHeaders;

/** Changes headers of a Coyote request or response. */
public final class CoyoteHeaders implements HeaderWriter<MimeHeaders> {
  static final CoyoteHeaders WRITER = new CoyoteHeaders();

  private CoyoteHeaders() {}

  @Override
  public void set(MimeHeaders message, String name, String value) {
    message.setValue(name).setString(value);
  }

  @Override
  public void add(MimeHeaders message, String name, String value) {
    message.addValue(name).setString(value);
  }

  @Override
  public void remove(MimeHeaders message, String name) {
    message.removeHeader(name);
  }
}

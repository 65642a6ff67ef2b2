package dev.weft.instrumentation.httpclient5;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.ResponseReader;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** Reads and changes the library's response, and makes one for an answer of the mesh itself. */
final class ResponseAdapter
    implements ResponseReader<ClassicHttpResponse>, HeaderWriter<ClassicHttpResponse> {
  static final ResponseAdapter INSTANCE = new ResponseAdapter();

  private ResponseAdapter() {}

  /** Renders {@code reply} as if a server had sent it. */
  static ClassicHttpResponse of(LocalReply reply, String method) {
    BasicClassicHttpResponse response = new BasicClassicHttpResponse(reply.status());
    response.setVersion(HttpVersion.HTTP_1_1);
    StringEntity entity = new StringEntity(reply.body(), ContentType.TEXT_PLAIN);
    response.setHeader(HttpHeaders.CONTENT_TYPE, entity.getContentType());
    response.setHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(entity.getContentLength()));
    reply.writeHeaders(response, INSTANCE);
    if (!method.equals("HEAD") && reply.status() != 204 && reply.status() != 304) {
      response.setEntity(entity);
    }
    return response;
  }

  @Override
  public @Nullable String header(ClassicHttpResponse response, String name) {
    return RequestAdapter.joined(response, name);
  }

  @Override
  public void set(ClassicHttpResponse response, String name, String value) {
    response.setHeader(name, value);
  }

  @Override
  public void add(ClassicHttpResponse response, String name, String value) {
    response.addHeader(name, value);
  }

  @Override
  public void remove(ClassicHttpResponse response, String name) {
    response.removeHeaders(name);
  }
}

package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.LocalReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.Response;

/** Renders an answer of the mesh itself. */
public final class CoyoteReplies {
  private CoyoteReplies() {}

  /** Sends {@code reply} and writes the application's access log line for it. */
  static void send(CoyoteAdapter adapter, Request request, Response response, LocalReply reply)
      throws IOException {
    response.setStatus(reply.status());
    reply.writeHeaders(response.getMimeHeaders(), CoyoteHeaders.WRITER);
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    if (body.length > 0) {
      response.setContentType("text/plain");
      response.setCharacterEncoding("UTF-8");
      response.doWrite(ByteBuffer.wrap(body));
    }
    response.action(ActionCode.CLOSE, null);
    adapter.log(request, response, 0);
  }
}

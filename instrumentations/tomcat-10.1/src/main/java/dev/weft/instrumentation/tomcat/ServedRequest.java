package dev.weft.instrumentation.tomcat;

import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.Mesh;
import dev.weft.bootstrap.RequestScope;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSession;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * One governed request on its way through the container, kept as a note on Coyote's request. Used
 * by one container thread at a time.
 */
public final class ServedRequest {
  /** Notes of Coyote's request: the container uses 1, 32 there are. */
  private static final int CONNECTION_NOTE = 29;

  private static final int CALL_NOTE = 30;

  private final InboundCall call;
  private RequestScope.@Nullable Current scope;

  private ServedRequest(InboundCall call) {
    this.call = call;
  }

  /** Notes the connection that {@code processor}'s requests arrive by. */
  static void cameBy(AbstractProcessor processor, @Nullable SocketWrapperBase<?> wrapper) {
    Request request = processor.getRequest();
    if (request != null) {
      boolean ajp = processor.getClass().getName().startsWith("org.apache.coyote.ajp.");
      request.setNote(CONNECTION_NOTE, ajp ? null : wrapper);
    }
  }

  /** Returns true when the mesh has answered and the container must not see the request. */
  static boolean begin(CoyoteAdapter adapter, Request request, Response response) {
    if (Mesh.engine() == null
        || !(request.getNote(CONNECTION_NOTE) instanceof SocketWrapperBase<?> connection)) {
      return false;
    }
    Object channel = connection.getSocket();
    if (channel instanceof SecureNioChannel && !(channel instanceof MeshNioChannel)) {
      return false;
    }
    InboundPort port = Mesh.inbound(connection.getLocalPort());
    if (port == null) {
      return false;
    }
    try {
      return judge(port, channel, adapter, request, response);
    } catch (RuntimeException | Error ours) {
      Mesh.internalError("tomcat.request", ours);
      if (port.mode() != InboundPort.Mode.STRICT) {
        return false;
      }
      // Who called is not known: on a port that insists on knowing, that is a refusal.
      response.action(ActionCode.CLOSE_NOW, ours);
      return true;
    }
  }

  private static boolean judge(
      InboundPort port,
      @Nullable Object channel,
      CoyoteAdapter adapter,
      Request request,
      Response response) {
    SSLSession peer = null;
    SocketAddress remote = null;
    if (channel instanceof MeshNioChannel ours) {
      peer = ours.session();
      remote = ours.remote();
    } else if (channel instanceof NioChannel plain && plain.getIOChannel() != null) {
      remote = plain.getIOChannel().socket().getRemoteSocketAddress();
    }
    InboundCall call = port.begin(request, CoyoteReader.READER, peer, remote);
    if (call == null) {
      return false;
    }
    waitFor(call.delayNanos());
    LocalReply reply = call.reply();
    if (reply != null) {
      return answer(adapter, request, response, call, reply);
    }
    call.writeRequestHeaders(request.getMimeHeaders(), CoyoteHeaders.WRITER);
    ServedRequest served = new ServedRequest(call);
    request.setNote(CALL_NOTE, served);
    served.scope = call.makeCurrent();
    return false;
  }

  /** A refusal stays one, even when writing it fails. */
  private static boolean answer(
      CoyoteAdapter adapter,
      Request request,
      Response response,
      InboundCall call,
      LocalReply reply) {
    try {
      CoyoteReplies.send(adapter, request, response, reply);
      call.end(reply.status(), -1, null);
    } catch (IOException | RuntimeException e) {
      response.action(ActionCode.CLOSE_NOW, e);
      call.end(0, -1, e);
    }
    return true;
  }

  /** The container works on an asynchronous request again. */
  static void resume(Request request) {
    if (request.getNote(CALL_NOTE) instanceof ServedRequest served) {
      served.scope = served.call.makeCurrent();
    }
  }

  /** The container is done with the request, or done for now if it went asynchronous. */
  static void leave(Request request, Response response, @Nullable Throwable failure) {
    if (request.getNote(CALL_NOTE) instanceof ServedRequest served) {
      RequestScope.Current scope = served.scope;
      if (scope != null) {
        served.scope = null;
        scope.close();
      }
      if (failure != null || !isAsync(request)) {
        request.setNote(CALL_NOTE, null);
        served.call.end(response.getStatus(), -1, failure);
      }
    }
  }

  /** The request object returns to Tomcat's pool: its connection broke if the call still runs. */
  static void recycled(Request request) {
    if (request.getNote(CALL_NOTE) instanceof ServedRequest served) {
      request.setNote(CALL_NOTE, null);
      served.call.end(0, -1, null);
    }
  }

  private static boolean isAsync(Request request) {
    AtomicBoolean async = new AtomicBoolean();
    request.action(ActionCode.ASYNC_IS_ASYNC, async);
    return async.get();
  }

  /** Injected delay. The container's model is a thread per request, so the thread waits. */
  private static void waitFor(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}

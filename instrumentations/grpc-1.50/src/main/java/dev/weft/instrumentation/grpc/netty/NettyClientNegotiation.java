package dev.weft.instrumentation.grpc.netty;

import dev.weft.bootstrap.PeerTls;
import dev.weft.instrumentation.grpc.PeerTicket;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Completes mTLS with the expected peer, then lets the plaintext negotiation go on above it. gRPC
 * buffers what the application sends until then.
 */
public final class NettyClientNegotiation extends ChannelInboundHandlerAdapter {
  private final PeerTicket ticket;
  private final ChannelHandler plaintext;
  private @Nullable SslHandler ssl;
  private @Nullable ProtocolNegotiationEvent begun;

  NettyClientNegotiation(PeerTicket ticket, ChannelHandler plaintext) {
    this.ticket = ticket;
    this.plaintext = plaintext;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    SslHandler handler =
        new SslHandler(Objects.requireNonNull(ticket.tls()).newEngine(PeerTls.HTTP_2));
    ssl = handler;
    ctx.pipeline().addBefore(ctx.name(), null, handler);
    ticket.honour();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ProtocolNegotiationEvent negotiation) {
      begun = negotiation;
    } else if (event instanceof SslHandshakeCompletionEvent handshake) {
      complete(ctx, handshake);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  private void complete(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
    Throwable failure = handshake.isSuccess() ? refusal() : handshake.cause();
    if (failure != null) {
      ticket.failed(failure);
      ctx.fireExceptionCaught(failure);
      return;
    }
    ctx.pipeline().replace(ctx.name(), null, plaintext);
    ctx.fireUserEventTriggered(Objects.requireNonNull(begun));
  }

  /** Why the session cannot be used, or null. */
  private @Nullable Throwable refusal() {
    SslHandler handler = Objects.requireNonNull(ssl);
    try {
      Objects.requireNonNull(ticket.tls()).verify(handler.engine().getSession());
    } catch (SSLException wrongPeer) {
      return wrongPeer;
    }
    String protocol = handler.applicationProtocol();
    return protocol == null || protocol.equals("h2") || protocol.equals("istio-h2")
        ? null
        : new SSLException("Mesh peer speaks " + protocol + ", gRPC needs h2");
  }
}

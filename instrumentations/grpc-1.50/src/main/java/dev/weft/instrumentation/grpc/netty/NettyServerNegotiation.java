package dev.weft.instrumentation.grpc.netty;

import dev.weft.bootstrap.ClientHello;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.Mesh;
import dev.weft.instrumentation.grpc.ServerPeer;
import io.grpc.Attributes;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a connection speaks plaintext or mesh mTLS, then lets the plaintext negotiation
 * go on, above TLS if need be. All on the event loop; the client speaks first in HTTP/2. A silent
 * client is ended by gRPC's own handshake timeout.
 */
public final class NettyServerNegotiation extends ChannelInboundHandlerAdapter {
  private static final int TLS_HANDSHAKE = 22;

  private final ChannelHandler plaintext;
  private @Nullable ProtocolNegotiationEvent begun;
  private @Nullable InboundPort port;
  private @Nullable ByteBuf first;
  private @Nullable SslHandler ssl;

  NettyServerNegotiation(ChannelHandler plaintext) {
    this.plaintext = plaintext;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ProtocolNegotiationEvent negotiation) {
      begun = negotiation;
      port =
          ctx.channel().localAddress() instanceof InetSocketAddress local
              ? Mesh.inbound(local.getPort())
              : null;
      if (port == null || port.mode() == InboundPort.Mode.DISABLE) {
        goOn(ctx, null);
      }
    } else if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        goOn(ctx, Objects.requireNonNull(ssl).engine().getSession());
      } else {
        refuse(ctx, "TLS handshake failed: " + handshake.cause().getMessage());
      }
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes) || ssl != null) {
      ctx.fireChannelRead(message);
      return;
    }
    ByteBuf before = first;
    if (before == null) {
      first = bytes;
    } else {
      first = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
      first.writeBytes(before).writeBytes(bytes);
      before.release();
      bytes.release();
    }
    decide(ctx, first);
  }

  private void decide(ChannelHandlerContext ctx, ByteBuf bytes) {
    InboundPort port = this.port;
    if (port == null) {
      goOn(ctx, null);
      return;
    }
    if (!bytes.isReadable()) {
      return;
    }
    InboundPort.Mode mode = port.mode();
    if (mode == InboundPort.Mode.CLOSED) {
      refuse(ctx, "policy of the port is unknown or could not be decoded, so it is closed");
      return;
    }
    if (bytes.getByte(bytes.readerIndex()) != TLS_HANDSHAKE) {
      plaintext(ctx, mode, "plaintext on a port that takes mesh mTLS only");
      return;
    }
    ClientHello hello = ClientHello.peek(bytes.nioBuffer());
    switch (hello.kind()) {
      case NEED_MORE -> {}
      case NOT_TLS -> plaintext(ctx, mode, "bytes that are neither HTTP/2 nor TLS");
      case TLS -> {
        if (port.isMeshHello(hello.alpn())) {
          startTls(ctx, port);
        } else {
          plaintext(ctx, mode, "TLS that does not offer one of the mesh's protocols");
        }
      }
    }
  }

  private void plaintext(ChannelHandlerContext ctx, InboundPort.Mode mode, String what) {
    if (mode == InboundPort.Mode.STRICT) {
      refuse(ctx, what);
    } else {
      goOn(ctx, null);
    }
  }

  private void startTls(ChannelHandlerContext ctx, InboundPort port) {
    SSLEngine engine = port.newEngine("h2");
    if (engine == null) {
      refuse(ctx, "no certificate yet to answer mesh mTLS with");
      return;
    }
    SslHandler handler = new SslHandler(engine);
    ssl = handler;
    ctx.pipeline().addBefore(ctx.name(), null, handler);
    ByteBuf hello = Objects.requireNonNull(first);
    first = null;
    ChannelHandlerContext below = ctx.pipeline().context(handler);
    try {
      handler.channelRead(below, hello);
      handler.channelReadComplete(below);
    } catch (Exception e) {
      ctx.fireExceptionCaught(e);
    }
  }

  /** Hands the connection on; {@code peer} is null for plaintext. */
  private void goOn(ChannelHandlerContext ctx, @Nullable SSLSession peer) {
    ProtocolNegotiationEvent event = Objects.requireNonNull(begun);
    if (peer != null) {
      Attributes attributes =
          InternalProtocolNegotiationEvent.getAttributes(event).toBuilder()
              .set(ServerPeer.SESSION, peer)
              .build();
      event = InternalProtocolNegotiationEvent.withAttributes(event, attributes);
    }
    ByteBuf bytes = first;
    first = null;
    ctx.pipeline().replace(ctx.name(), null, plaintext);
    ctx.fireUserEventTriggered(event);
    if (bytes != null) {
      ctx.fireChannelRead(bytes);
      ctx.fireChannelReadComplete();
    }
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    if (port != null) {
      port.refused(ctx.channel().remoteAddress(), reason);
    }
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (first != null) {
      first.release();
      first = null;
    }
  }
}

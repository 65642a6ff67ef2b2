package dev.weft.instrumentation.grpc.netty;

import dev.weft.bootstrap.Mesh;
import dev.weft.instrumentation.grpc.PeerTicket;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.channel.ChannelHandler;

/** Chooses what goes ahead of a connection's plaintext negotiation. */
public final class NettyNegotiation {
  private NettyNegotiation() {}

  static ChannelHandler ahead(GrpcHttp2ConnectionHandler grpc, ChannelHandler plaintext) {
    if (grpc.connection().isServer()) {
      return Mesh.engine() == null ? plaintext : new NettyServerNegotiation(plaintext);
    }
    PeerTicket ticket = grpc.getEagAttributes().get(PeerTicket.KEY);
    return ticket == null || ticket.tls() == null
        ? plaintext
        : new NettyClientNegotiation(ticket, plaintext);
  }
}

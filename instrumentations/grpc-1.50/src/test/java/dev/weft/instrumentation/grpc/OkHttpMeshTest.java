package dev.weft.instrumentation.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.net.InetSocketAddress;

class OkHttpMeshTest extends AbstractGrpcMeshTest {
  @Override
  ServerBuilder<?> server() {
    return server(0);
  }

  @Override
  ServerBuilder<?> server(int port) {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port));
  }

  @Override
  ManagedChannelBuilder<?> client(String target) {
    return OkHttpChannelBuilder.forTarget(target);
  }
}

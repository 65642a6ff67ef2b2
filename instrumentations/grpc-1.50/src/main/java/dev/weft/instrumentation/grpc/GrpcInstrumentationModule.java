package dev.weft.instrumentation.grpc;

import dev.weft.instrumentation.grpc.netty.NettyNegotiationInstrumentation;
import dev.weft.instrumentation.grpc.netty.NettyServerInstrumentation;
import dev.weft.instrumentation.grpc.okhttp.OkHttpTransportInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.ArrayList;
import java.util.List;

/**
 * gRPC-Java 1.50 and later, client on its Netty, shaded Netty and OkHttp transports, server on both
 * of Netty.
 */
public final class GrpcInstrumentationModule extends InstrumentationModule {
  private static final String HERE = "dev.weft.instrumentation.grpc.";

  public GrpcInstrumentationModule() {
    super("weft-grpc", "weft-grpc-1.50");
  }

  @Override
  public boolean defaultEnabled() {
    return true;
  }

  @Override
  public List<TypeInstrumentation> typeInstrumentations() {
    return List.of(
        new ChannelBuilderInstrumentation(),
        new BalancerInstrumentation(),
        new ChannelHelperInstrumentation(),
        new ServerBuilderInstrumentation(),
        new OkHttpTransportInstrumentation(),
        new NettyNegotiationInstrumentation(),
        new NettyServerInstrumentation(),
        new dev.weft.instrumentation.grpc.shadednetty.NettyNegotiationInstrumentation(),
        new dev.weft.instrumentation.grpc.shadednetty.NettyServerInstrumentation());
  }

  @Override
  public boolean isHelperClass(String className) {
    return className.startsWith(HERE);
  }

  @Override
  public List<String> getAdditionalHelperClassNames() {
    List<String> names = new ArrayList<>();
    for (String name :
        List.of(
            "ChannelBuilderInstrumentation$Created",
            "ChannelBuilderInstrumentation$Interceptors",
            "BalancerInstrumentation$Created",
            "BalancerInstrumentation$Shutdown",
            "ChannelHelperInstrumentation$Update",
            "ServerBuilderInstrumentation$Build",
            "ChannelTarget",
            "MeshClientInterceptor",
            "ClientRequest",
            "ClientRequest$Reader",
            "MeshClientCall",
            "MeshClientCall$Operation",
            "MeshClientCall$1",
            "AttemptStream",
            "AttemptStream$Wire",
            "AttemptStream$Wire$1",
            "EndpointChoice",
            "MeshBalancer",
            "MeshBalancer$Endpoint",
            "MeshBalancer$Key",
            "MeshBalancer$1",
            "MeshPicker",
            "PeerTicket",
            "okhttp.OkHttpTransportInstrumentation$Created",
            "okhttp.PeerSocketFactory",
            "MetadataHeaders",
            "MeshServerInterceptor",
            "MeshServerInterceptor$1",
            "MeshServerInterceptor$2",
            "GovernedServerCall",
            "GovernedServerListener",
            "DelayedListener",
            "ServerRequest",
            "ServerRequest$Reader",
            "ServerPeer",
            "ServerPorts")) {
      names.add(HERE + name);
    }
    for (String transport : List.of("netty.", "shadednetty.")) {
      for (String name :
          List.of(
              "NettyNegotiation",
              "NettyClientNegotiation",
              "NettyServerNegotiation",
              "NettyServerNegotiation$1",
              "NettyNegotiationInstrumentation$NewHandler",
              "NettyServerInstrumentation$Start",
              "NettyServerInstrumentation$Shutdown")) {
        names.add(HERE + transport + name);
      }
    }
    return names;
  }
}

package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Mesh;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.internal.ManagedChannelImplBuilder;
import java.util.ArrayList;
import java.util.List;

/** Governs a channel's calls while the mesh knows its target; else it is not there. */
public final class MeshClientInterceptor implements ClientInterceptor {
  private final ChannelTarget target;

  private MeshClientInterceptor(ChannelTarget target) {
    this.target = target;
  }

  static List<ClientInterceptor> innermost(
      ManagedChannelImplBuilder builder, List<ClientInterceptor> interceptors) {
    ChannelTarget target = ChannelTarget.of(builder);
    if (target == null) {
      return interceptors;
    }
    // gRPC calls the last of the list first.
    List<ClientInterceptor> all = new ArrayList<>(interceptors.size() + 1);
    all.add(new MeshClientInterceptor(target));
    all.addAll(interceptors);
    return all;
  }

  @Override
  public <Q, S> ClientCall<Q, S> interceptCall(
      MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
    Destination destination = Mesh.http(target.host(), target.port());
    return destination == null
        ? next.newCall(method, options)
        : new MeshClientCall<>(destination, target.appTls(), method, options, next);
  }
}

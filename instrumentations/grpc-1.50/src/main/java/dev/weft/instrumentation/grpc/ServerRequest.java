package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.RequestReader;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;

/** A call that arrived, as the engine reads it: gRPC over HTTP/2 is a POST to the method's path. */
public record ServerRequest(ServerCall<?, ?> call, Metadata headers) {

  /** Reads a {@link ServerRequest}. */
  public static final class Reader implements RequestReader<ServerRequest> {
    static final Reader INSTANCE = new Reader();

    private Reader() {}

    @Override
    public String method(ServerRequest request) {
      return "POST";
    }

    @Override
    public String path(ServerRequest request) {
      return '/' + request.call.getMethodDescriptor().getFullMethodName();
    }

    @Override
    public String authority(ServerRequest request) {
      String authority = request.call.getAuthority();
      return authority == null ? "" : authority;
    }

    @Override
    public @Nullable String header(ServerRequest request, String name) {
      return MetadataHeaders.INSTANCE.header(request.headers, name);
    }
  }
}

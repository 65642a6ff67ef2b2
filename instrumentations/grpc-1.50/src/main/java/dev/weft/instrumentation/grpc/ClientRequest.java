package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.RequestReader;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/** A call about to leave, as the engine reads it: gRPC over HTTP/2 is a POST to its path. */
public record ClientRequest(MethodDescriptor<?, ?> method, String authority, Metadata headers) {

  /** Reads a {@link ClientRequest}. */
  public static final class Reader implements RequestReader<ClientRequest> {
    static final Reader INSTANCE = new Reader();

    private Reader() {}

    @Override
    public String method(ClientRequest request) {
      return "POST";
    }

    @Override
    public String path(ClientRequest request) {
      return '/' + request.method.getFullMethodName();
    }

    @Override
    public String authority(ClientRequest request) {
      return request.authority;
    }

    @Override
    public @Nullable String header(ClientRequest request, String name) {
      return MetadataHeaders.INSTANCE.header(request.headers, name);
    }
  }
}

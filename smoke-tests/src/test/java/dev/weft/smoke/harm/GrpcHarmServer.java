package dev.weft.smoke.harm;

import dev.weft.smoke.harm.app.GrpcCase;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeMap;

/** A gRPC server whose behaviour is the message; headers but those of traces are written down. */
final class GrpcHarmServer implements Wire, AutoCloseable {
  private static final Set<String> LEFT_OUT =
      Set.of("traceparent", "tracestate", "baggage", "grpc-timeout");

  private final StringBuffer log = new StringBuffer();
  private final Server server;

  GrpcHarmServer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder("harm.Echo")
                    .addMethod(GrpcCase.UNARY, ServerCalls.asyncUnaryCall(this::answer))
                    .addMethod(GrpcCase.STREAM, ServerCalls.asyncServerStreamingCall(this::answer))
                    .build())
            .intercept(new WriteDown())
            .build()
            .start();
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public void begin() {
    log.setLength(0);
  }

  @Override
  public String seen() {
    return log.toString();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private void answer(String request, StreamObserver<String> answer) {
    log.append("message of ").append(request.length()).append('\n');
    int messages = request.startsWith("five") ? 5 : request.startsWith("hang") ? 0 : 1;
    for (int i = 0; i < messages && !request.startsWith("error"); i++) {
      answer.onNext(request + i);
    }
    if (request.startsWith("hang")) {
      ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(() -> log.append("cancelled"));
    } else if (request.contains("error")) {
      Metadata trailers = new Metadata();
      trailers.put(Metadata.Key.of("x-reason", Metadata.ASCII_STRING_MARSHALLER), "told to");
      answer.onError(
          Status.FAILED_PRECONDITION.withDescription("not now").asRuntimeException(trailers));
    } else {
      answer.onCompleted();
    }
  }

  private final class WriteDown implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      TreeMap<String, String> seen = new TreeMap<>();
      for (String name : headers.keys()) {
        if (!LEFT_OUT.contains(name) && !name.endsWith("-bin")) {
          seen.put(name, headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
        }
      }
      log.append(call.getMethodDescriptor().getFullMethodName())
          .append(' ')
          .append(call.getAuthority())
          .append(' ')
          .append(seen)
          .append('\n');
      return next.startCall(call, headers);
    }
  }
}

package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.RequestScope;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC application that repeats what it hears, or fails as often as it is told. */
final class EchoServer implements AutoCloseable {
  static final MethodDescriptor<String, String> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<String, String> SERVER_STREAM =
      method("ServerStream", MethodDescriptor.MethodType.SERVER_STREAMING);
  static final MethodDescriptor<String, String> CLIENT_STREAM =
      method("ClientStream", MethodDescriptor.MethodType.CLIENT_STREAMING);
  static final MethodDescriptor<String, String> BIDI =
      method("Bidi", MethodDescriptor.MethodType.BIDI_STREAMING);
  private static final Context.Key<Metadata> HEADERS = Context.key("headers");

  final AtomicInteger failures = new AtomicInteger();
  final AtomicInteger calls = new AtomicInteger();
  final CopyOnWriteArrayList<String> cancelled = new CopyOnWriteArrayList<>();
  private final Server server;

  EchoServer(ServerBuilder<?> builder) throws IOException {
    server =
        builder
            .addService(
                ServerServiceDefinition.builder("test.Echo")
                    .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                    .addMethod(SERVER_STREAM, ServerCalls.asyncServerStreamingCall(this::stream))
                    .addMethod(CLIENT_STREAM, ServerCalls.asyncClientStreamingCall(this::collect))
                    .addMethod(BIDI, ServerCalls.asyncBidiStreamingCall(this::bidi))
                    .build())
            .intercept(new Capture())
            .build()
            .start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", server.getPort());
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  private void unary(String request, StreamObserver<String> answer) {
    calls.incrementAndGet();
    if (request.equals("hang")) {
      ((io.grpc.stub.ServerCallStreamObserver<String>) answer)
          .setOnCancelHandler(() -> cancelled.add(request));
      return;
    }
    if (failures.getAndDecrement() > 0) {
      answer.onError(Status.UNAVAILABLE.withDescription("scripted").asRuntimeException());
      return;
    }
    answer.onNext(
        request
            + " attempt="
            + header("x-attempt")
            + " inbound="
            + header("x-inbound")
            + " app="
            + header("x-app")
            + " scope="
            + (RequestScope.current() != null));
    answer.onCompleted();
  }

  private void stream(String request, StreamObserver<String> answer) {
    calls.incrementAndGet();
    if (failures.getAndDecrement() > 0) {
      answer.onError(Status.UNAVAILABLE.withDescription("scripted").asRuntimeException());
      return;
    }
    for (int i = 0; i < 100; i++) {
      answer.onNext(request + i);
    }
    answer.onCompleted();
  }

  private StreamObserver<String> collect(StreamObserver<String> answer) {
    calls.incrementAndGet();
    boolean fail = failures.getAndDecrement() > 0;
    return new StreamObserver<>() {
      private int count;
      private int length;

      @Override
      public void onNext(String value) {
        count++;
        length += value.length();
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        if (fail) {
          answer.onError(Status.UNAVAILABLE.withDescription("scripted").asRuntimeException());
        } else {
          answer.onNext(count + " messages, " + length + " characters");
          answer.onCompleted();
        }
      }
    };
  }

  private StreamObserver<String> bidi(StreamObserver<String> answer) {
    calls.incrementAndGet();
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        answer.onNext("echo " + value);
      }

      @Override
      public void onError(Throwable t) {
        cancelled.add("bidi");
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private static String header(String name) {
    return HEADERS.get().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  private static final class Capture implements ServerInterceptor {
    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      return Contexts.interceptCall(
          Context.current().withValue(HEADERS, headers), call, headers, next);
    }
  }

  static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName("test.Echo/" + name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

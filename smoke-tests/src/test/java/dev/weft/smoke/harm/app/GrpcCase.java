package dev.weft.smoke.harm.app;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Calls over gRPC: what is asked, and everything that the caller observes. */
public enum GrpcCase {
  UNARY_OK("ok", false),
  UNARY_ERROR("error", false),
  UNARY_LARGE("x".repeat(200_000), false),
  UNARY_TWICE("ok", false),
  UNARY_DEADLINE("hang", false),
  UNARY_CANCELLED("hang", false),
  UNARY_UNAVAILABLE("ok", false),
  UNARY_WAIT_FOR_READY("ok", false),
  STREAM_OK("five", true),
  STREAM_ERROR("five and error", true),
  STREAM_DEADLINE("hang", true),
  STREAM_CANCELLED("hang", true);

  /** Answers once. */
  public static final MethodDescriptor<String, String> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);

  /** Answers any number of times. */
  public static final MethodDescriptor<String, String> STREAM =
      method("Stream", MethodDescriptor.MethodType.SERVER_STREAMING);

  private final String message;
  private final boolean stream;

  GrpcCase(String message, boolean stream) {
    this.message = message;
    this.stream = stream;
  }

  String run(int port, int refused) throws InterruptedException {
    boolean unreachable = this == UNARY_UNAVAILABLE || this == UNARY_WAIT_FOR_READY;
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", unreachable ? refused : port)
            .usePlaintext()
            .build();
    try {
      String seen = call(channel);
      return this == UNARY_TWICE ? seen + call(channel) : seen;
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private String call(ManagedChannel channel) throws InterruptedException {
    CallOptions options = CallOptions.DEFAULT;
    if (name().endsWith("DEADLINE") || this == UNARY_WAIT_FOR_READY) {
      options = options.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    }
    if (this == UNARY_WAIT_FOR_READY) {
      options = options.withWaitForReady();
    }
    ClientCall<String, String> call = channel.newCall(stream ? STREAM : UNARY, options);
    Observer observer = new Observer();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-own", Metadata.ASCII_STRING_MARSHALLER), "a");
    call.start(observer, headers);
    call.request(100);
    call.sendMessage(message);
    call.halfClose();
    if (name().endsWith("CANCELLED")) {
      Thread.sleep(200);
      call.cancel("enough", null);
    }
    if (!observer.closed.await(20, TimeUnit.SECONDS)) {
      return observer.seen + "never closed";
    }
    if (message.equals("hang")) {
      // The server hears of it a little later.
      Thread.sleep(150);
    }
    return observer.seen.toString();
  }

  private static final class Observer extends ClientCall.Listener<String> {
    final StringBuffer seen = new StringBuffer();
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void onHeaders(Metadata headers) {
      seen.append("headers ").append(headers).append('\n');
    }

    @Override
    public void onMessage(String message) {
      seen.append(message.length()).append(' ').append(message.hashCode()).append('\n');
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      // How long a deadline took, and where it waited, is never the same twice.
      String description = String.valueOf(status.getDescription());
      seen.append(status.getCode())
          .append(' ')
          .append(
              description
                  .replaceAll("[0-9][0-9.]* ?(n?s|seconds)\\b", "T")
                  .replaceAll("connecting_and_lb_delay=T, ", ""))
          .append(' ')
          .append(status.getCause())
          .append(' ')
          .append(trailers)
          .append('\n');
      closed.countDown();
    }
  }

  private static MethodDescriptor<String, String> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName("harm.Echo/" + name)
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
